"""The only room that knows SQL. One module a noun: its tables, how events fold into them, how they are asked."""
