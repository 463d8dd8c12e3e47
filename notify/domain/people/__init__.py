"""Everything held about one e-mail address: found, told and erased."""

from notify.domain.people.erasing import erase_person
from notify.domain.people.finding import Held, Traces, find_traces
from notify.domain.people.telling import data_of

__all__ = ["Held", "Traces", "data_of", "erase_person", "find_traces"]
