"""Where the doors of the desk are joined to one application: the only place that knows both API and console."""
