"""Texts name only what can be filled in, reminders come in order, and no secret travels in the clear."""

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from scenario import ANA, DORA, given

from domain.addresses import EmailNotValid
from domain.correspondence import (
    CarrierNotSetUp,
    Correspondence,
    HourOutOfRange,
    MailServerSet,
    ReminderPolicySet,
    ReminderStep,
    SendingIsSuspended,
    SendingResumed,
    SendingSuspended,
    SmsGatewaySet,
    StepNotAllowed,
    StepsOutOfOrder,
    TemplateReset,
    TemplateWritten,
)
from domain.correspondence.carriers import (
    AddressNotValid,
    Format,
    GatewayIncomplete,
    GatewayPlaceholderUnknown,
    HeaderNotValid,
    HostNotValid,
    MailServer,
    PortNotValid,
    SecretInTheClear,
    Security,
    SmsGateway,
)
from domain.correspondence.templates import (
    NOT_SET,
    AccountNotSet,
    Placeholder,
    PlaceholderUnknown,
    Template,
    TemplateKind,
    TemplateTooLong,
    named,
)
from domain.correspondence.usual import USUAL
from domain.errors import Invalid, TextNotAllowed
from domain.people import RoleRequired
from domain.sending import Channel, Language

OWN = Template("Factura {numero}", "Hola, {nombre}", "{empresa}: {numero}")
INVOICE, SPANISH = TemplateKind.INVOICE, Language.SPANISH
SERVER = MailServer("smtp.example.com", 587, Security.STARTTLS, "cobros", "cobros@agencia.es", "Cobros")
GATEWAY = SmsGateway(
    "https://sms.example.com/send",
    "POST",
    Format.JSON,
    (("Authorization", "Bearer {token}"),),
    '{"to": "{to}", "text": "{text}"}',
)


def writing(template):
    return lambda c, by=DORA: c.write_template(INVOICE, SPANISH, template, by=by)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", TemplateKind)
def test_the_usual_texts_are_such_as_anybody_may_write(kind, language):
    usual = USUAL[language][kind]
    assert usual.checked(kind, language) == usual


def test_a_text_of_ones_own_takes_the_place_of_the_usual_one_and_gives_it_back():
    given(Correspondence()).when(writing(OWN)).then(TemplateWritten(INVOICE, SPANISH, OWN))
    given(Correspondence(), TemplateWritten(INVOICE, SPANISH, OWN)).when(
        lambda c: c.reset_template(INVOICE, SPANISH, by=DORA)
    ).then(TemplateReset(INVOICE, SPANISH))
    again = given(Correspondence(), TemplateWritten(INVOICE, SPANISH, OWN), TemplateReset(INVOICE, SPANISH)).state
    assert again.template(INVOICE, SPANISH) == USUAL[SPANISH][INVOICE]


STEP = ReminderStep(3, Channel.EMAIL, TemplateKind.FIRST_REMINDER)
POLICY = ReminderPolicySet(on=True, from_hour=9, steps=(STEP,))


@pytest.mark.parametrize(
    ("past", "command", "event"),
    [
        ((), writing(OWN), TemplateWritten(INVOICE, SPANISH, OWN)),
        (
            (TemplateWritten(INVOICE, SPANISH, OWN),),
            lambda c, by=DORA: c.reset_template(INVOICE, SPANISH, by=by),
            TemplateReset(INVOICE, SPANISH),
        ),
        ((), lambda c, by=DORA: c.set_policy(on=True, from_hour=9, steps=[STEP], by=by), POLICY),
        ((), lambda c, by=DORA: c.set_mail_server(SERVER, by=by), MailServerSet(SERVER)),
        ((), lambda c, by=DORA: c.set_sms_gateway(GATEWAY, by=by), SmsGatewaySet(GATEWAY)),
        ((), lambda c, by=DORA: c.suspend_sending(by=by), SendingSuspended()),
        ((SendingSuspended(),), lambda c, by=DORA: c.resume_sending(by=by), SendingResumed()),
    ],
)
def test_only_an_administrator_changes_it_and_the_same_again_changes_nothing(past, command, event):
    given(Correspondence(), *past).when(command).then(event)
    given(Correspondence(), *past, event).when(command).then()
    given(Correspondence(), *past).when(lambda c: command(c, by=ANA)).then_refused(RoleRequired)


def test_nothing_is_sent_while_sending_is_suspended():
    suspended, resumed = SendingSuspended(), SendingResumed()
    given(Correspondence(), suspended).when(lambda c: c.check_sends()).then_refused(SendingIsSuspended)
    for past in ((), (suspended, resumed)):
        given(Correspondence(), *past).state.check_sends()


@pytest.mark.parametrize(
    ("channel", "set_up"), [(Channel.EMAIL, MailServerSet(SERVER)), (Channel.SMS, SmsGatewaySet(GATEWAY))]
)
def test_mail_and_sms_need_somebody_who_carries_them_and_post_does_not(channel, set_up):
    given(Correspondence()).when(lambda c: c.check_carries(channel)).then_refused(
        CarrierNotSetUp, field="channel", channel=channel
    )
    carried = given(Correspondence(), set_up).state
    carried.check_carries(channel)
    carried.check_carries(Channel.POST)


@pytest.mark.parametrize("field", ["subject", "body", "short"])
@pytest.mark.parametrize("mark", ["{dias_vencida}", "{number}", "{}", "{nombre }"])
def test_a_placeholder_that_cannot_be_filled_in_is_refused_at_its_field(field, mark):
    told = Template(**{"subject": "a", "body": "b", "short": "c", field: f"Sin {mark}"})
    given(Correspondence()).when(writing(told)).then_refused(
        PlaceholderUnknown, field=field, placeholder=mark[1:-1], known=named(INVOICE, SPANISH)
    )


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"subject": " "}, TextNotAllowed),
        ({"body": "x" * 4001}, TextNotAllowed),
        ({"short": " "}, TextNotAllowed),
        ({"short": "x" * 613}, TemplateTooLong),
    ],
)
def test_a_text_is_not_empty_nor_longer_than_its_channel_takes(wrong, refusal):
    [field] = wrong
    given(Correspondence()).when(writing(replace(OWN, **wrong))).then_refused(refusal, field=field)


def test_an_sms_has_room_for_four_parts():
    longest = replace(OWN, short="x" * 612)
    given(Correspondence()).when(writing(longest)).then(TemplateWritten(INVOICE, SPANISH, longest))
    given(Correspondence()).when(writing(replace(OWN, short="x" * 613))).then_refused(TemplateTooLong, at_most=612)


@drawn(st.sampled_from(TemplateKind), st.sampled_from(Language), st.text(max_size=30))
def test_what_is_filled_in_is_never_taken_for_a_placeholder(kind, language, value):
    marks = " ".join(f"{{{name}}}" for name in named(kind, language))
    hostile = f"{value}{{nombre}}{{name}}{{to}}"
    filled = Template(f"x{marks}x", "b", "s").filled(language, dict.fromkeys(Placeholder, hostile))
    assert filled.subject == f"x{' '.join([hostile] * len(named(kind, language)))}x"


def test_reminders_have_a_text_for_reminders_an_hour_and_somebody_who_carries_them():
    steps = (
        ReminderStep(3, Channel.EMAIL, TemplateKind.FIRST_REMINDER),
        ReminderStep(10, Channel.SMS, TemplateKind.LAST_REMINDER),
    )

    def setting(steps, hour=9):
        return lambda c: c.set_policy(on=True, from_hour=hour, steps=steps, by=DORA)

    by_sms = SmsGatewaySet(GATEWAY)
    given(Correspondence(), by_sms).when(setting(steps)).then(ReminderPolicySet(on=True, from_hour=9, steps=steps))
    given(Correspondence()).when(setting(steps)).then_refused(CarrierNotSetUp, field="steps", channel=Channel.SMS)
    for hour in (0, 23):
        given(Correspondence()).when(setting([STEP], hour)).then(replace(POLICY, from_hour=hour))
    for hour in (-1, 24):
        given(Correspondence()).when(setting([STEP], hour)).then_refused(HourOutOfRange, field="from_hour")
    for wrong in (
        ReminderStep(3, Channel.MARKED, TemplateKind.FIRST_REMINDER),
        ReminderStep(3, Channel.EMAIL, TemplateKind.DEMAND),
    ):
        given(Correspondence()).when(setting([wrong])).then_refused(StepNotAllowed, field="steps")


@pytest.mark.parametrize(
    ("days", "in_order"),
    [
        ([], True),
        ([1, 365], True),
        ([*range(1, 11)], True),
        ([*range(1, 12)], False),
        ([10, 3], False),
        ([3, 3], False),
        ([0], False),
        ([366], False),
    ],
)
def test_at_most_ten_reminders_come_one_after_the_other_within_a_year(days, in_order):
    steps = tuple(replace(STEP, days=one) for one in days)
    setting = given(Correspondence()).when(lambda c: c.set_policy(on=True, from_hour=9, steps=steps, by=DORA))
    if in_order:
        setting.then(replace(POLICY, steps=steps))
    else:
        setting.then_refused(StepsOutOfOrder, field="steps")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"port": 0}, PortNotValid),
        ({"security": Security.NONE}, SecretInTheClear),
    ],
)
def test_a_mail_server_that_cannot_be_is_refused(changed, refusal):
    told = MailServer(**{name: getattr(SERVER, name) for name in MailServer.__slots__} | changed)
    given(Correspondence()).when(lambda c: c.set_mail_server(told, by=DORA)).then_refused(refusal)


def test_a_mail_server_on_this_machine_needs_no_encryption():
    told = MailServer("127.0.0.1", 25, Security.NONE, "cobros", "cobros@agencia.es", "Cobros")
    given(Correspondence()).when(lambda c: c.set_mail_server(told, by=DORA)).then(MailServerSet(told))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"url": "ftp://sms.example.com"}, AddressNotValid),
        ({"url": "http://sms.example.com/"}, SecretInTheClear),
        ({"body": '{"to": "{to}"}'}, GatewayIncomplete),
        ({"body": "{to}{text}{name}"}, GatewayPlaceholderUnknown),
        ({"headers": (("X-A", "b\r\nX-C: d"),)}, HeaderNotValid),
    ],
)
def test_a_gateway_that_cannot_be_is_refused(changed, refusal):
    told = SmsGateway(**{name: getattr(GATEWAY, name) for name in SmsGateway.__slots__} | changed)
    given(Correspondence()).when(lambda c: c.set_sms_gateway(told, by=DORA)).then_refused(refusal)


def test_a_value_that_ends_in_a_dot_ends_its_sentence_too():
    text = Template("De {empresa}.", "Somos {empresa}. Debe {pendiente}.", "{empresa}: pague.")
    filled = text.filled(SPANISH, {Placeholder.BUSINESS: "Recobros, S.L.", Placeholder.OUTSTANDING: "5 €"})
    assert filled == Template("De Recobros, S.L.", "Somos Recobros, S.L. Debe 5 €.", "Recobros, S.L.: pague.")


def test_a_line_that_lacks_a_value_is_left_out_whole():
    text = Template("s", "Al pagar, indique {referencia_pago}.\nCuenta: {cuenta}\n\nUn saludo", "c")
    filled = text.filled(SPANISH, {Placeholder.PAYMENT_REFERENCE: "RF18"})
    assert filled.body == "Al pagar, indique RF18.\n\nUn saludo"


def test_what_has_no_value_is_left_out_and_what_is_no_placeholder_stays():
    text = Template("De {empresa}", "Uno\n\nCuenta: {cuenta}\n\nDos {otra}", "Ref. {referencia_pago}")
    assert text.filled(SPANISH, {}) == Template("De", "Uno\n\nDos {otra}", "Ref.")


def test_a_line_that_tells_nothing_but_amounts_of_nothing_is_left_out():
    amounts = {Placeholder.COSTS: "0 €", Placeholder.INTEREST: "0 €", Placeholder.OUTSTANDING: "5 €"}
    body = "Gastos: {gastos}\nGastos e intereses: {gastos}, {intereses}\nDebe {pendiente} y gastos: {gastos}\nAdiós"
    filled = Template("s", body, "c").filled(SPANISH, amounts, [Placeholder.COSTS, Placeholder.INTEREST])
    assert filled.body == "Debe 5 € y gastos: 0 €\nAdiós"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("lacking", NOT_SET)
def test_a_demand_is_not_sent_without_saying_where_to_pay_who_holds_the_data_and_how_they_are_reached(
    language, lacking
):
    told = {one: "x" for one in Placeholder if one is not lacking}
    with pytest.raises(NOT_SET[lacking]) as refused:
        USUAL[language][TemplateKind.DEMAND].check_can_say(TemplateKind.DEMAND, language, told)
    assert refused.value.details == {"field": "template", "placeholder": lacking}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", TemplateKind)
def test_every_usual_text_about_money_gives_the_payment_reference(kind, language):
    usual = USUAL[language][kind].filled(language, {one: f"<{one}>" for one in Placeholder})
    for text in (usual.body, usual.short):
        assert (f"<{Placeholder.PAYMENT_REFERENCE}>" in text) == (kind is not TemplateKind.ESTIMATE)


def test_an_sms_or_a_subject_that_lacks_a_value_is_refused():
    with pytest.raises(AccountNotSet):
        Template("s", "b", "Pague en {cuenta}").check_can_say(INVOICE, SPANISH, {})
    Template("s", "Pague en {cuenta}", "c").check_can_say(INVOICE, SPANISH, {})


def test_a_refusal_says_how_many_headers_there_may_be():
    with pytest.raises(HeaderNotValid) as refused:
        replace(GATEWAY, headers=tuple((f"X-{n}", "1") for n in range(21))).checked()
    assert refused.value.details == {"field": "headers", "at_most": 20}


def refused_at(made):
    with pytest.raises(Invalid) as refused:
        made.checked()
    return type(refused.value), refused.value.details["field"]


def test_a_mail_server_is_kept_as_it_was_told_and_tidied():
    told = MailServer(
        " Mail.ejemplo.ES ", 465, Security.TLS, " ana ", " Ana@Ejemplo.ES ", " Agencia ", " eva@Ejemplo.ES "
    )
    kept = MailServer("Mail.ejemplo.ES", 465, Security.TLS, "ana", "Ana@ejemplo.es", "Agencia", "eva@ejemplo.es")
    assert told.checked() == kept
    alone = replace(kept, user=None, reply_to=None, security=Security.NONE)
    assert replace(alone, user=" ", reply_to="").checked() == alone
    for host in ("localhost", "127.0.0.1", "::1"):
        here = replace(kept, host=host, security=Security.NONE)
        assert here.checked() == here
    for port in (1, 65_535):
        assert replace(kept, port=port).checked().port == port


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"host": "mail ejemplo"}, HostNotValid, "host"),
        ({"host": "-mail.es"}, HostNotValid, "host"),
        ({"host": "mail.es:25"}, HostNotValid, "host"),
        ({"host": "::g"}, HostNotValid, "host"),
        ({"host": ""}, TextNotAllowed, "host"),
        ({"host": "a" * 201}, TextNotAllowed, "host"),
        ({"port": 0}, PortNotValid, "port"),
        ({"port": 65_536}, PortNotValid, "port"),
        ({"security": Security.NONE}, SecretInTheClear, "security"),
        ({"user": "a" * 201}, TextNotAllowed, "user"),
        ({"sender": "ana"}, EmailNotValid, "sender"),
        ({"sender_name": ""}, TextNotAllowed, "sender_name"),
        ({"sender_name": "a" * 201}, TextNotAllowed, "sender_name"),
        ({"reply_to": "ana"}, EmailNotValid, "reply_to"),
    ],
)
def test_what_cannot_be_of_a_mail_server_is_refused_at_its_field(wrong, refusal, field):
    server = MailServer("mail.ejemplo.es", 465, Security.TLS, "ana", "ana@ejemplo.es", "Agencia")
    assert refused_at(replace(server, **wrong)) == (refusal, field)


SMS = SmsGateway(
    "https://sms.ejemplo.es/send?id={id}",
    "POST",
    Format.JSON,
    (("X-Token", "{token}"),),
    '{"to": {to}, "text": {text}}',
)


def test_a_gateway_is_kept_as_it_was_told_and_tidied():
    told = replace(SMS, url=f" {SMS.url} ", accepted_if=" queued ", unknown_if=" no such ")
    assert told.checked() == replace(SMS, accepted_if="queued", unknown_if="no such")
    assert replace(SMS, accepted_if=" ", unknown_if=" ").checked() == SMS
    by_address = replace(SMS, url="http://localhost:8000/?to={to}&text={text}", body="")
    assert by_address.checked() == by_address
    all_that_is_filled_in = replace(SMS, body="{to} {text} {id} {token}")
    assert all_that_is_filled_in.checked() == all_that_is_filled_in
    most = replace(SMS, headers=tuple((f"X-{n}", "1") for n in range(20)))
    assert most.checked() == most
    longest = replace(SMS, headers=(("X" * 100, "v" * 500),))
    assert longest.checked() == longest


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"url": "ftp://sms.ejemplo.es/"}, AddressNotValid, "url"),
        ({"url": "https:///send"}, AddressNotValid, "url"),
        ({"url": "https://{to}.ejemplo.es/"}, AddressNotValid, "url"),
        ({"url": "http://sms.ejemplo.es/"}, SecretInTheClear, "url"),
        ({"url": ""}, TextNotAllowed, "url"),
        ({"url": "https://sms.ejemplo.es/?who={name}"}, GatewayPlaceholderUnknown, "url"),
        ({"body": "{to}"}, GatewayIncomplete, "body"),
        ({"body": "{text}"}, GatewayIncomplete, "body"),
        ({"body": "{to} {text} {name}"}, GatewayPlaceholderUnknown, "body"),
        ({"headers": (("X-Token", "{name}"),)}, GatewayPlaceholderUnknown, "headers"),
        ({"headers": (("X Token", "1"),)}, HeaderNotValid, "headers"),
        ({"headers": (("X" * 101, "1"),)}, HeaderNotValid, "headers"),
        ({"headers": (("X-Token", ""),)}, HeaderNotValid, "headers"),
        ({"headers": (("X-Token", "v" * 501),)}, HeaderNotValid, "headers"),
        ({"headers": (("X-Token", "a\nb"),)}, HeaderNotValid, "headers"),
        ({"headers": tuple((f"X-{n}", "1") for n in range(21))}, HeaderNotValid, "headers"),
        ({"accepted_if": "x" * 201}, TextNotAllowed, "accepted_if"),
        ({"unknown_if": "x" * 201}, TextNotAllowed, "unknown_if"),
    ],
)
def test_what_cannot_be_of_a_gateway_is_refused_at_its_field(wrong, refusal, field):
    assert refused_at(replace(SMS, **wrong)) == (refusal, field)
