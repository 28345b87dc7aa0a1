"""What REST handlers share: declared access, problem details, entity tags."""

from rustok.core.http.access import PUBLIC, SIGNED_IN, requires

__all__ = ["PUBLIC", "SIGNED_IN", "requires"]
