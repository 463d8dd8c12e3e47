"""A rehearsal of deploy/cluster on one machine; never part of a test run."""
