"""Where all routes are: those of the API for programs, and those of the pages for people, a module each."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.audit import pages as audit_pages
from api.audit import routes as audit_routes
from api.bills import line_pages as bills_line_pages
from api.case_files import activity_pages as case_files_activity_pages
from api.case_files import activity_routes as case_files_activity_routes
from api.case_files import debt_pages as case_files_debt_pages
from api.case_files import debt_routes as case_files_debt_routes
from api.case_files import from_invoices_page as case_files_from_invoices_page
from api.case_files import list_page as case_files_list_page
from api.case_files import new_page as case_files_new_page
from api.case_files import pages as case_files_pages
from api.case_files import progress_pages as case_files_progress_pages
from api.case_files import routes as case_files_routes
from api.case_files import ticked_pages as case_files_ticked_pages
from api.clients import details_pages as clients_details_pages
from api.clients import image_routes as clients_image_routes
from api.clients import list_page as clients_list_page
from api.clients import new_page as clients_new_page
from api.clients import pages as clients_pages
from api.clients import payment_pages as clients_payment_pages
from api.clients import payment_routes as clients_payment_routes
from api.clients import restriction_pages as clients_restriction_pages
from api.clients import restriction_routes as clients_restriction_routes
from api.clients import routes as clients_routes
from api.desk import calendar_pages as desk_calendar_pages
from api.desk import pages as desk_pages
from api.desk import routes as desk_routes
from api.estimates import editor_pages as estimates_editor_pages
from api.estimates import list_page as estimates_list_page
from api.estimates import pages as estimates_pages
from api.estimates import public_pages as estimates_public_pages
from api.estimates import routes as estimates_routes
from api.expenses import pages as expenses_pages
from api.expenses import report_pages as expenses_report_pages
from api.expenses import report_routes as expenses_report_routes
from api.expenses import routes as expenses_routes
from api.expenses import ticked_pages as expenses_ticked_pages
from api.http import operations
from api.imports import pages as imports_pages
from api.imports import template_pages as imports_template_pages
from api.invoices import credit_note_pages as invoices_credit_note_pages
from api.invoices import editor_pages as invoices_editor_pages
from api.invoices import list_page as invoices_list_page
from api.invoices import pages as invoices_pages
from api.invoices import routes as invoices_routes
from api.invoices import status_routes as invoices_status_routes
from api.messages import pages as messages_pages
from api.messages import routes as messages_routes
from api.messages import sending_pages as messages_sending_pages
from api.messages import sending_routes as messages_sending_routes
from api.pages import assets, view_pages
from api.papers import pages as papers_pages
from api.papers import routes as papers_routes
from api.payments import credit_move_pages as payments_credit_move_pages
from api.payments import credit_move_routes as payments_credit_move_routes
from api.payments import credit_pages as payments_credit_pages
from api.payments import credit_routes as payments_credit_routes
from api.payments import pages as payments_pages
from api.payments import receipt_pages as payments_receipt_pages
from api.payments import receipt_routes as payments_receipt_routes
from api.payments import refund_pages as payments_refund_pages
from api.payments import refund_routes as payments_refund_routes
from api.payments import routes as payments_routes
from api.payments import unapproved_invoice_pages as payments_unapproved_invoice_pages
from api.payments import unapproved_pages as payments_unapproved_pages
from api.portfolios import pages as portfolios_pages
from api.portfolios import reassignment_pages as portfolios_reassignment_pages
from api.portfolios import report_pages as portfolios_report_pages
from api.portfolios import routes as portfolios_routes
from api.portfolios import substitute_pages as portfolios_substitute_pages
from api.portfolios import substitute_routes as portfolios_substitute_routes
from api.queue import pages as queue_pages
from api.queue import routes as queue_routes
from api.reports import collections_pages as reports_collections_pages
from api.reports import issued_book_pages as reports_issued_book_pages
from api.reports import receivables_pages as reports_receivables_pages
from api.search import pages as search_pages
from api.search import routes as search_routes
from api.settings import correspondence_pages as settings_correspondence_pages
from api.settings import correspondence_routes as settings_correspondence_routes
from api.settings import first_steps_page as settings_first_steps_page
from api.settings import issuer_pages as settings_issuer_pages
from api.settings import issuer_routes as settings_issuer_routes
from api.settings import pages as settings_pages
from api.settings import routes as settings_routes
from api.tasks import calendar_feed as tasks_calendar_feed
from api.tasks import form_pages as tasks_form_pages
from api.tasks import pages as tasks_pages
from api.tasks import routes as tasks_routes
from api.users import access_pages as users_access_pages
from api.users import account_pages as users_account_pages
from api.users import forgotten_password_pages as users_forgotten_password_pages
from api.users import log_in_pages as users_log_in_pages
from api.users import pages as users_pages
from api.users import preference_routes as users_preference_routes
from api.users import second_factor_pages as users_second_factor_pages
from api.users import token_routes as users_token_routes

API: Sequence[APIRouter] = (
    desk_routes.router,
    queue_routes.router,
    expenses_report_routes.router,
    payments_routes.router,
    case_files_routes.router,
    case_files_debt_routes.router,
    case_files_activity_routes.router,
    tasks_routes.router,
    clients_routes.router,
    portfolios_routes.router,
    portfolios_substitute_routes.router,
    clients_restriction_routes.router,
    clients_image_routes.router,
    payments_credit_routes.router,
    payments_receipt_routes.router,
    payments_refund_routes.router,
    invoices_routes.router,
    payments_credit_move_routes.router,
    invoices_status_routes.router,
    clients_payment_routes.router,
    papers_routes.router,
    estimates_routes.router,
    settings_issuer_routes.router,
    messages_sending_routes.router,
    messages_routes.router,
    settings_correspondence_routes.router,
    expenses_routes.router,
    search_routes.router,
    audit_routes.router,
    settings_routes.router,
    users_preference_routes.router,
    users_token_routes.router,
    tasks_calendar_feed.router,
    operations.router,
    portfolios_routes.plans,
    portfolios_routes.of_client,
    payments_receipt_routes.of_client,
    payments_routes.of_invoices,
)
"""The most asked for first."""

PAGES: Sequence[APIRouter] = (
    assets.router,
    view_pages.router,
    users_log_in_pages.router,
    users_forgotten_password_pages.router,
    settings_first_steps_page.router,
    desk_pages.router,
    queue_pages.router,
    case_files_list_page.router,
    case_files_ticked_pages.router,
    search_pages.router,
    case_files_new_page.router,
    case_files_from_invoices_page.router,
    clients_list_page.router,
    clients_payment_pages.router,
    clients_new_page.router,
    clients_pages.router,
    clients_details_pages.router,
    payments_unapproved_pages.router,
    desk_calendar_pages.router,
    tasks_form_pages.router,
    tasks_pages.router,
    reports_collections_pages.router,
    expenses_report_pages.router,
    expenses_pages.router,
    messages_sending_pages.router,
    messages_pages.router,
    settings_correspondence_pages.router,
    expenses_ticked_pages.router,
    bills_line_pages.router,
    invoices_list_page.router,
    reports_issued_book_pages.router,
    payments_unapproved_invoice_pages.router,
    invoices_editor_pages.router,
    invoices_credit_note_pages.router,
    invoices_pages.router,
    payments_credit_move_pages.router,
    estimates_list_page.router,
    estimates_editor_pages.router,
    estimates_pages.router,
    reports_receivables_pages.router,
    payments_credit_pages.router,
    case_files_pages.router,
    case_files_debt_pages.router,
    payments_pages.router,
    payments_refund_pages.router,
    case_files_progress_pages.router,
    case_files_activity_pages.router,
    portfolios_reassignment_pages.router,
    payments_receipt_pages.router,
    portfolios_substitute_pages.router,
    portfolios_report_pages.router,
    portfolios_pages.router,
    imports_template_pages.router,
    imports_pages.router,
    audit_pages.router,
    users_access_pages.router,
    users_pages.router,
    settings_issuer_pages.router,
    settings_pages.router,
    users_second_factor_pages.router,
    users_account_pages.router,
    clients_restriction_pages.router,
    papers_pages.router,
    estimates_public_pages.router,
)
"""Those whose addresses others could be taken for, such as /case-files/new, first."""
