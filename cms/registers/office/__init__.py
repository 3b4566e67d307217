"""The registers in the back office: every button calls a service, nothing is changed past them."""
