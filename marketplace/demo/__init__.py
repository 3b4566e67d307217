"""A market to try Loopyard on: an invented Chinese park, and Scotland's licensed waste sites as they were in 2019."""
