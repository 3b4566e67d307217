"""Published registers: lists, their batches, the changes in a batch, and what each entry says from when until when."""

from .batches import Action, Batch, BatchState, Change, ChangeFact
from .entries import Entry, EntryState, EntryVersion, SelfCheck, Standing, VersionFact
from .imports import ImportRun, ImportState
from .lists import ListColumn, ListKind, RegulatedList
from .objections import Objection

__all__ = [
    "Action",
    "Batch",
    "BatchState",
    "Change",
    "ChangeFact",
    "Entry",
    "EntryState",
    "EntryVersion",
    "ImportRun",
    "ImportState",
    "ListColumn",
    "ListKind",
    "Objection",
    "RegulatedList",
    "SelfCheck",
    "Standing",
    "VersionFact",
]
