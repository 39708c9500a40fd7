"""矛盾调解 (人民调解法). `at` is the clock (now); demo data and tests pass their own."""
