"""Reuse: every new item is compared with everything known before its verdict."""
