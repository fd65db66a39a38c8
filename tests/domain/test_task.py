"""A task from planned to completed, and each step taken back."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from scenario import ANA, CARL, DEBTOR, DORA, EMIL, TODAY, TOMORROW, given

from domain.days import DayOutOfRange
from domain.errors import Refusal, TextNotAllowed
from domain.people import RoleRequired, user_id
from domain.repeating import Frequency, Repeats, Weekday
from domain.task import (
    LONGEST,
    Colour,
    Details,
    Kind,
    LengthNotAllowed,
    LengthWithoutTime,
    NothingToTakeBack,
    State,
    Task,
    TaskCompleted,
    TaskEdited,
    TaskExists,
    TaskInThatState,
    TaskIsCompleted,
    TaskMarkedUnattended,
    TaskMovedOn,
    TaskPlanned,
    TaskReopened,
    TaskStarted,
    TimeDoesNotExist,
    TimeNotAllowed,
)

CALL = Details(
    Kind.CALL, "Llamar por la cuota", "carl", TOMORROW, time(10, 30), 15, "Tras las 10", "Calle Mayor 1", Colour.RED
)
PLANNED = TaskPlanned(
    DEBTOR,
    Kind.CALL,
    "Llamar por la cuota",
    "carl",
    TOMORROW,
    time(10, 30),
    15,
    "Tras las 10",
    "Calle Mayor 1",
    Colour.RED,
)
CASE_FILE, ACTION = UUID(int=50), UUID(int=51)
MADRID = ZoneInfo("Europe/Madrid")
FORWARD = date(2026, 3, 29)
"""There the clocks go from two to three."""


def test_what_repeats_on_weekdays_begins_on_the_first_of_them():
    """Of a Monday, Tuesdays and Thursdays begin on the Tuesday."""
    rule = Repeats(Frequency.WEEKLY, weekdays=(Weekday.TUESDAY, Weekday.THURSDAY))
    monday = date(2026, 3, 23)
    told = replace(CALL, day=monday, repeats=rule)
    begins = replace(PLANNED, day=monday + timedelta(days=1), repeats=rule)
    given(Task()).when(plan(told)).then(begins)


def plan(details, by=CARL, client_id=DEBTOR, copy_of=None):
    return lambda task: task.plan(details, client_id=client_id, copy_of=copy_of, zone=MADRID, today=TODAY, by=by)


def edit(details, by=CARL, today=TODAY):
    return lambda task: task.edit(details, zone=MADRID, today=today, by=by)


def test_a_task_is_planned_for_a_client_with_all_that_was_said():
    given(Task()).when(plan(CALL)).then(PLANNED)


def test_a_copy_says_what_it_repeats():
    given(Task()).when(plan(CALL, copy_of=CASE_FILE)).then(replace(PLANNED, copy_of=CASE_FILE))


def test_what_is_said_in_a_task_without_a_client_is_about_whoever_it_was_first_given_to():
    alone = replace(PLANNED, client_id=None)
    assert given(Task(), alone, TaskEdited(Kind.TASK, "x", "cora", TODAY)).state.subject == user_id("carl")
    assert given(Task(), PLANNED).state.subject == DEBTOR


def test_blanks_are_tidied_and_what_is_left_out_is_nothing():
    told = Details(Kind.TASK, "  Revisar   extracto ", "carl", TODAY, notes=" ", address="")
    given(Task()).when(plan(told, client_id=None)).then(TaskPlanned(None, Kind.TASK, "Revisar extracto", "carl", TODAY))


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"title": " "}, TextNotAllowed, "title"),
        ({"title": "x" * 201}, TextNotAllowed, "title"),
        ({"notes": "a\0b"}, TextNotAllowed, "notes"),
        ({"address": "x" * 501}, TextNotAllowed, "address"),
        ({"day": TODAY - timedelta(days=1)}, DayOutOfRange, "day"),
        ({"day": date.max}, DayOutOfRange, "day"),
        ({"starts_at": time(10, 30, 1)}, TimeNotAllowed, "starts_at"),
        ({"starts_at": None}, LengthWithoutTime, "minutes"),
        ({"minutes": 0}, LengthNotAllowed, "minutes"),
        ({"minutes": 1441}, LengthNotAllowed, "minutes"),
        ({"assignee": " "}, TextNotAllowed, "assignee"),
        ({"assignee": "x" * 201}, TextNotAllowed, "assignee"),
        ({"day": FORWARD, "starts_at": time(2, 30)}, TimeDoesNotExist, "starts_at"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(changed, refusal, field):
    wrong = replace(CALL, **changed)
    given(Task()).when(plan(wrong)).then_refused(refusal, field=field)
    given(Task(), PLANNED).when(edit(wrong)).then_refused(refusal, field=field)


@pytest.mark.parametrize("minutes", [1, LONGEST])
def test_a_task_takes_from_a_minute_to_a_day(minutes):
    given(Task()).when(plan(replace(CALL, minutes=minutes))).then(replace(PLANNED, minutes=minutes))
    for wrong in (0, LONGEST + 1):
        given(Task()).when(plan(replace(CALL, minutes=wrong))).then_refused(
            LengthNotAllowed, field="minutes", at_least=1, at_most=LONGEST
        )


def test_a_task_is_planned_once():
    given(Task(), PLANNED).when(plan(CALL)).then_refused(TaskExists, field="id")


def test_editing_says_all_of_it_anew_and_nothing_new_is_no_event():
    later = replace(CALL, title="Visitar", kind=Kind.MEETING, colour=Colour.GREEN)
    given(Task(), PLANNED).when(edit(later)).then(
        TaskEdited(
            Kind.MEETING, "Visitar", "carl", TOMORROW, time(10, 30), 15, "Tras las 10", "Calle Mayor 1", Colour.GREEN
        )
    )
    given(Task(), PLANNED).when(edit(CALL)).then()


def test_a_late_task_is_edited_where_it_is_but_moved_to_no_day_gone_by():
    next_week = TODAY + timedelta(days=7)
    title = replace(CALL, title="Otra cosa")
    assert len(given(Task(), PLANNED).state.edit(title, zone=MADRID, today=next_week, by=CARL)) == 1
    given(Task(), PLANNED).when(edit(replace(CALL, day=TODAY), today=next_week)).then_refused(
        DayOutOfRange, field="day"
    )


def test_a_task_nobody_attended_waits_again_once_it_is_moved():
    moved = replace(CALL, day=TODAY)
    first, second = given(Task(), PLANNED, TaskMarkedUnattended()).state.edit(moved, zone=MADRID, today=TODAY, by=CARL)
    assert (first.day, second) == (TODAY, TaskReopened(State.OPEN))
    left = replace(CALL, title="Otra cosa")
    assert len(given(Task(), PLANNED, TaskMarkedUnattended()).state.edit(left, zone=MADRID, today=TODAY, by=CARL)) == 1


def test_a_completed_task_is_not_edited():
    given(Task(), PLANNED, TaskCompleted()).when(edit(replace(CALL, title="x"))).then_refused(TaskIsCompleted)


def test_a_task_is_started_completed_and_tells_what_came_of_it():
    given(Task(), PLANNED).when(lambda task: task.start(by=CARL)).then(TaskStarted())
    given(Task(), PLANNED, TaskStarted()).when(
        lambda task: task.complete(" Paga el viernes ", logged=(CASE_FILE, ACTION), by=CARL)
    ).then(TaskCompleted("Paga el viernes", CASE_FILE, ACTION))
    given(Task(), PLANNED).when(lambda task: task.complete(by=CARL)).then(TaskCompleted())


@pytest.mark.parametrize(
    ("past", "back_to"),
    [
        ([TaskStarted()], State.OPEN),
        ([TaskCompleted()], State.OPEN),
        ([TaskMarkedUnattended()], State.OPEN),
        ([TaskStarted(), TaskCompleted()], State.IN_PROGRESS),
        ([TaskStarted(), TaskMarkedUnattended()], State.IN_PROGRESS),
        ([TaskMarkedUnattended(), TaskStarted()], State.UNATTENDED),
        ([TaskMarkedUnattended(), TaskCompleted()], State.UNATTENDED),
    ],
)
def test_reopening_takes_the_last_step_back(past, back_to):
    given(Task(), PLANNED, *past).when(lambda task: task.reopen(by=CARL)).then(TaskReopened(back_to))


def test_an_open_task_has_nothing_to_take_back():
    given(Task(), PLANNED).when(lambda task: task.reopen(by=CARL)).then_refused(NothingToTakeBack)


def test_undoing_takes_no_other_step_back_than_the_one_that_was_seen():
    past = (PLANNED, TaskStarted(), TaskCompleted())
    given(Task(), *past).when(lambda task: task.reopen(seen=State.IN_PROGRESS, by=CARL)).then_refused(
        TaskMovedOn, state=State.COMPLETED
    )


def test_no_step_is_taken_twice():
    start, complete = (lambda task: task.start(by=CARL)), (lambda task: task.complete(by=CARL))

    def leave(task):
        return task.mark_unattended(by=CARL)

    for past, again in ((TaskStarted(), start), (TaskCompleted(), complete), (TaskMarkedUnattended(), leave)):
        state = given(Task(), PLANNED, past).state.state
        given(Task(), PLANNED, past).when(again).then_refused(TaskInThatState, state=state)
    for decide in (start, leave):
        given(Task(), PLANNED, TaskCompleted()).when(decide).then_refused(TaskInThatState, state=State.COMPLETED)


def test_what_came_of_a_task_fits_a_note():
    given(Task(), PLANNED).when(lambda task: task.complete("x" * 4001, by=CARL)).then_refused(
        TextNotAllowed, field="result"
    )


def test_what_was_taken_back_is_open_with_nothing_more_to_take_back():
    back = (PLANNED, TaskStarted(), TaskCompleted(), TaskReopened(State.IN_PROGRESS))
    assert given(Task(), *back).state.state is State.IN_PROGRESS
    given(Task(), *back).when(lambda task: task.reopen(by=CARL)).then(TaskReopened(State.OPEN))


# What comes again

WEEKLY = Repeats(Frequency.WEEKLY, weekdays=(Weekday.TUESDAY,), count=3)
EVERY_TUESDAY = replace(PLANNED, repeats=WEEKLY)
NEXT = UUID(int=52)


def test_a_rule_is_planned_and_edited_with_all_else():
    given(Task()).when(plan(replace(CALL, repeats=replace(WEEKLY, weekdays=())))).then(EVERY_TUESDAY)
    title = replace(CALL, title="Visitar", repeats=WEEKLY)
    [edited] = edit(title)(given(Task(), EVERY_TUESDAY).state)
    assert edited.repeats == WEEKLY
    assert given(Task(), EVERY_TUESDAY, edited).state.details == title
    without = replace(title, repeats=None)
    [edited] = edit(without)(given(Task(), EVERY_TUESDAY).state)
    assert given(Task(), EVERY_TUESDAY, edited).state.details == without


def test_a_rule_of_weekdays_to_come_excuses_no_day_gone_by():
    monday = replace(CALL, day=TODAY - timedelta(days=1), repeats=replace(WEEKLY, weekdays=(Weekday.MONDAY,)))
    given(Task()).when(plan(monday)).then_refused(DayOutOfRange, field="day", at_least=TODAY)


def test_the_next_one_is_the_first_from_today_on_with_what_is_left_of_the_rule():
    task = given(Task(), EVERY_TUESDAY).state
    week = timedelta(days=7)
    assert task.next(TODAY) == replace(task.details, day=TOMORROW + week, repeats=replace(WEEKLY, count=2))
    last = TOMORROW + 2 * week
    assert task.next(last) == replace(task.details, day=last, repeats=replace(WEEKLY, count=1))
    assert task.next(last + timedelta(days=1)) is None
    assert given(Task(), PLANNED).state.next(TODAY) is None


@pytest.mark.parametrize(
    ("end", "ended", "taken_back"),
    [
        (lambda task: task.complete(next_id=NEXT, by=CARL), TaskCompleted(next_id=NEXT), State.OPEN),
        (lambda task: task.mark_unattended(next_id=NEXT, by=CARL), TaskMarkedUnattended(NEXT), State.OPEN),
    ],
)
def test_the_rule_goes_on_with_the_next_one_so_that_no_series_becomes_two(end, ended, taken_back):
    given(Task(), EVERY_TUESDAY).when(end).then(ended)
    assert given(Task(), EVERY_TUESDAY, ended, TaskReopened(taken_back)).state.details == CALL


@pytest.mark.parametrize("ended", [TaskCompleted(), TaskMarkedUnattended()])
def test_the_last_of_a_series_keeps_its_rule(ended):
    assert given(Task(), EVERY_TUESDAY, ended).state.details.repeats == WEEKLY


def test_who_the_client_is_stays_what_it_was():
    assert given(Task(), PLANNED).state.client_id == DEBTOR
    assert given(Task(), replace(PLANNED, client_id=None)).state.client_id is None


def test_an_auditor_changes_no_task():
    for decide in (
        plan(CALL, EMIL),
        edit(CALL, EMIL),
        lambda task: task.start(by=EMIL),
        lambda task: task.complete(by=EMIL),
        lambda task: task.mark_unattended(by=EMIL),
        lambda task: task.reopen(by=EMIL),
    ):
        given(Task(), PLANNED).when(decide).then_refused(RoleRequired)


class AnyStory(RuleBasedStateMachine):
    """Whatever is done to a task, it is in one of four states, and what was said of it is what was said last."""

    def __init__(self):
        super().__init__()
        self.task, self.states, self.said = given(Task(), PLANNED).state, [State.OPEN], CALL

    def does(self, decide):
        try:
            events = decide(self.task)
        except Refusal:
            return False
        for event in events:
            self.task = self.task.evolve(event)
        return bool(events)

    @rule(by=st.sampled_from([ANA, CARL, DORA]))
    def start(self, by):
        done = self.does(lambda task: task.start(by=by))
        assert done == (self.states[-1] in {State.OPEN, State.UNATTENDED})
        self.now(State.IN_PROGRESS, done=done)

    @rule()
    def complete(self):
        done = self.does(lambda task: task.complete(by=CARL))
        assert done == (self.states[-1] is not State.COMPLETED)
        self.now(State.COMPLETED, done=done)

    @rule()
    def leave(self):
        done = self.does(lambda task: task.mark_unattended(by=CARL))
        assert done == (self.states[-1] in {State.OPEN, State.IN_PROGRESS})
        self.now(State.UNATTENDED, done=done)

    @precondition(lambda self: len(self.states) > 1)
    @rule()
    def undo(self):
        assert self.does(lambda task: task.reopen(seen=self.states[-1], by=CARL))
        self.states = [State.OPEN] if self.states[-2] is State.OPEN else [State.OPEN, self.states[-2]]
        assert self.task.state is self.states[-1]

    @rule(title=st.sampled_from(["uno", "dos"]), days=st.integers(0, 3))
    def edit(self, title, days):
        new = replace(CALL, title=title, day=TODAY + timedelta(days=days))
        if self.states[-1] is not State.COMPLETED:
            moved = new.day != self.said.day
            self.does(lambda task: task.edit(new, zone=MADRID, today=TODAY, by=CARL))
            self.said = new
            if moved and self.states[-1] is State.UNATTENDED:
                self.states = [State.OPEN]
        assert (self.task.details, self.task.state) == (self.said, self.states[-1])

    def now(self, state, *, done):
        if done:
            self.states.append(state)
        assert self.task.state is self.states[-1]


TestAnyStory = AnyStory.TestCase
