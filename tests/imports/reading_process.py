"""Reads and checks files in a process of its own, and prints its highest memory after each."""

import resource
import sys
from pathlib import Path

from rustok.app.imports.errors import Findings
from rustok.app.imports.seen import Seen
from rustok.app.imports.shopify.groups import ProductFile
from rustok.app.imports.shopify.importer import checked

for name in sys.argv[1:]:
    findings = Findings()
    with Path(name).open("rb") as file, Seen() as seen:
        source = ProductFile(file)
        products = sum(1 for _ in checked(source, "EUR", seen, findings))
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{source.rows} {products} {findings.error_count} {kib}\n")
