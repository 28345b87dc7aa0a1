"""One file per kind of page: what it reads, and how it is answered."""
