"""An office in which things are done: at random, where what is refused changes nothing, or as a story tells."""

from contextlib import suppress
from uuid import uuid4

from hypothesis import strategies as st
from scenario import TODAY

from domain.errors import Refusal
from domain.people import OPERATOR


class AtRandom:
    """A class of this has a public method for each verb, which draws what it is done to, and how."""

    OFTEN = ()
    """What depends on one another most."""

    def __init__(self, agency):
        self.agency, self.log = agency, agency.log

    def verbs(self):
        return [name for name in vars(type(self)) if not name.startswith("_") and name != "OFTEN"]

    def begin(self, data, *verbs):
        """From now on `do_something` draws from that."""
        self.draw = data.draw
        for verb in verbs:
            getattr(self, verb)()

    def do_something(self):
        verb = self.draw(st.sampled_from(self.verbs()) | st.sampled_from(self.OFTEN))
        with suppress(Refusal):
            getattr(self, verb)()

    def tell(self, story):
        """A story with every verb, each with all that it draws; none is refused, or comes to nothing.

        A law that goes on after each refusal would hold of a log that refuses everything: this one is told beside.
        """
        for verb, *chosen in story:
            left, (head, _) = list(chosen), self.log.head()
            self.draw = lambda _, left=left: left.pop(0)
            try:
                getattr(self, verb)()
            except Refusal as refusal:
                raise AssertionError(f"{verb} {chosen} was refused: {refusal!r}") from refusal
            assert self.log.head()[0] > head, f"{verb} {chosen} came to nothing"
            assert left == [], f"{verb} draws less than {chosen}"
        assert {verb for verb, *_ in story} == set(self.verbs())

    def _of(self, made):
        return made[self.draw(st.integers(0, len(made) - 1))] if made else uuid4()

    def _pair(self, made):
        return self._of(made or [(uuid4(), uuid4())])

    def _some(self, made, least=0):
        """`made` may be empty, and the verb is then done to nothing."""
        numbers = st.sampled_from(range(len(made))) if made else st.nothing()
        return [made[n] for n in self.draw(st.lists(numbers, min_size=least if made else 0, unique=True))]

    def _give(self, use_case, *subject, by=OPERATOR, day=TODAY, **said):
        return use_case(self.log, self.agency.command(by, day), *subject, **said)
