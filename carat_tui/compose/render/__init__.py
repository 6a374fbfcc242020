"""What runs in the limited child process. Nothing here reads the store, the network or a template file."""
