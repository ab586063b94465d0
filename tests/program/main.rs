//! The program from outside, a file for each of its commands: what it reads and writes, its exit codes, what it says of bad
//! input. What the library beneath finds is tested in `tests/rules.rs` and beside the code.

mod backtest;
mod eval;
mod explain;
mod folder;
mod scan;
