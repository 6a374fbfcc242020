"""The widgets that areas share."""
