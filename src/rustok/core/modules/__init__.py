"""The module system: one manifest object per module, ours and third parties' alike."""

from rustok.core.modules.manifest import Module

__all__ = ["Module"]
