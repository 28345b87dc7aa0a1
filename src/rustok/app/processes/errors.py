"""Why a process cannot start or go on: each with a stable code, each saying what to do."""


class PortTaken(Exception):
    """Something else listens on the address."""

    code = "PORT_TAKEN"


class AddressUnusable(Exception):
    """The address is none of this machine, or the port needs more rights."""

    code = "ADDRESS_UNUSABLE"


class AlreadyRunning(Exception):
    """`rustok run` runs in this home already."""

    code = "ALREADY_RUNNING"


class DatabaseBusy(Exception):
    """A command keeps the embedded database to itself."""

    code = "DATABASE_BUSY"


class DatabaseNotRunning(Exception):
    """There is neither a DATABASE_URL nor a running embedded server."""

    code = "DATABASE_NOT_RUNNING"


class DatabaseNotCurrent(Exception):
    """The database is not migrated to what is installed."""

    code = "DATABASE_NOT_CURRENT"


class MigrationFailed(Exception):
    """The migration that ran beside this process ended with an error, which it printed."""

    code = "MIGRATION_FAILED"


class PartEnded(Exception):
    """A part of the process ended although nobody had asked it to."""

    code = "PART_ENDED"
