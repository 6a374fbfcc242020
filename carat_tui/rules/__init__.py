"""Events become planned messages: which rule, who, which way, when; and why."""
