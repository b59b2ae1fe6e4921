"""A tenant's virtual data centre as one definition: read, checked, compiled to templates, drawn.

Pure: text in, values out. The file's form is ``definition``; why it is so:
docs/decisions/0026-vdc.md. Called by the CLI.
"""
