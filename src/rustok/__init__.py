"""RusToK: one self-hosted server on which many tenants run a shop, a blog, a forum and pages."""

__version__ = "0.1.0"
