"""The benchmarks (`make bench`): what a page costs beside its floor, measured in the same minute on the same machine.

Pages run under gunicorn on loopback, SQLite and PostgreSQL, with a year-deep history behind them; each is measured in
turn with its floor (an empty view behind the same middleware, the bare query, COPY of the same rows), so that a busy
machine slows both. Milliseconds are never asserted in tests: budgets of queries are, beside each page's own tests.

    BENCH_SIZE=D1,D2       sizes of history to build (D1 30,000 attendances, D2 300,000, D3 3 million: PostgreSQL only)
    BENCH_DATABASES=…      sqlite,postgresql
    BENCH_ONLY=…           names of benchmarks
    BENCH_SECONDS=20       how long the evening rush lasts
"""
