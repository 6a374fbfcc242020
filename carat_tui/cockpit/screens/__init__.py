"""One module per area of the cockpit, and the pages that open from it."""
