"""Level 2 over Apache Iggy; its client is the extra `rustok[iggy]`."""
