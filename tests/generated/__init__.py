"""Documents that are made from the code: ``python -m tests.generated`` writes them (``make
documents``), and a test fails while one of them is out of date."""
