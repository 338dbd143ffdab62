"""Staff, devices and citizens: who may do what, and how little is kept about whom."""
