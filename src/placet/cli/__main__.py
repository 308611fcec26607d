"""`python -m placet.cli`: the command line where the script `placet` is not on the path."""

from placet.cli.main import run

run()
