"""Errors of the service: one class for each way out, with the problem, the place and the remedy."""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class ServiceError(PenstockError):
    """Any error of the service of channels."""


class SeedError(ServiceError, ValueError):
    """Words, a file or a passphrase that are not those of a seed; or a channel with keys of another seed."""


class CatalogueError(ServiceError, ValueError):
    """A prepared title that is damaged or forged, or whose keys come from another secret: it is not sold."""


class MediaError(ServiceError, ValueError):
    """A file that cannot be prepared for sale: nothing is left of it in the folder."""


class StoreError(ServiceError):
    """The store could not be opened, or did not do what was asked: nothing has changed."""


class DamagedError(StoreError):
    """Bytes in the store that are not as they were written: the channel is not used."""


class UnknownVersionError(StoreError):
    """A row of another version than this program knows."""


class UnknownChannelError(StoreError):
    """A channel that is not in the store."""


class LostRaceError(StoreError):
    """Another worker has saved the channel first: nothing was saved, and nothing leaves. Load it and try again."""


class BudgetError(StoreError):
    """A state that would bind more satoshis than the budget has: it is not saved, and nothing leaves."""


class ReserveError(StoreError):
    """The payee holds back too few coins for many closes at once: he opens no channel and sells nothing."""


class CloseOnlyError(StoreError):
    """A channel that may only be closed: the store was restored, and what it had lost is not known."""


class StoppedError(StoreError):
    """The worker has stopped: nothing is saved, and nothing leaves, until the store is opened again."""


class FencedError(StoppedError):
    """The epoch was raised: another worker, or another server, has taken over."""


class UnknownCommitError(StoppedError):
    """A COMMIT failed, so that it is not known whether the states are on disk."""


class ChainError(ServiceError, ValueError):
    """Headers, or a transaction in a block, that are not as the rules of the chain have it: a source is wrong."""


class SourceError(ServiceError):
    """A source of the chain does not answer, in time or in the form that is expected of it."""


class NotTakenError(SourceError):
    """A source has refused a transaction, with its reason."""


class TrialError(ServiceError, ValueError):
    """A trial chain that cannot be opened, or cannot do what was asked."""


class ListenError(ServiceError):
    """An address at which this process cannot listen: it is in use, or not one of this machine."""


class CopyError(ServiceError, ValueError):
    """A watcher's copy that is damaged, or does not fit: it has to be exported again."""
