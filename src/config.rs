//! Every setting, read once.
