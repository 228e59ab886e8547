"""What happens to a message: intake, log, projection, delivery, the REST interface and the command line."""
