"""Keeping the ledger's signed head where whoever has the record can't change it."""
