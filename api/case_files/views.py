"""What other subjects ask of case files."""

from domain.errors import Invalid


class NoSuchCaseFile(Invalid):
    title = "There is no case file with this reference"
