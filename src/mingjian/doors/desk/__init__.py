"""What every door of the desk opens first: settings, store, engine and the services over them."""
