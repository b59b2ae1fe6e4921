"""One module a command: ``flags(parser)`` describes what it takes and ``run(args, context)`` does
it and gives the exit code. Imported one at a time by the dispatcher.
"""
