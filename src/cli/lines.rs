//! Reads input line by line with a bound on what is kept: what all subcommands that read messages share.

use std::io::{self, BufRead};

/// The longest line that is taken as a message, in bytes; Discord's longest message has 4,000 characters.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// What [`next_line`] came to.
pub(super) enum Next {
    /// A line, in the buffer.
    Line,
    /// A line longer than [`LONGEST_LINE`], which was read over.
    TooLong,
    /// Nothing more.
    End,
}

/// Reads one line without its line break; a line that is too long is read over, not kept.
pub(super) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    line.clear();
    let mut too_long = false;
    let mut any = false;
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let (taken, ended) = match memchr::memchr(b'\n', buffer) {
            Some(end) => (end + 1, true),
            None => (buffer.len(), false),
        };
        too_long |= line.len() + taken > LONGEST_LINE + 1;
        if !too_long {
            line.extend_from_slice(&buffer[..taken - usize::from(ended)]);
        }
        reader.consume(taken);
        if ended {
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(if !any {
        Next::End
    } else if too_long {
        Next::TooLong
    } else {
        Next::Line
    })
}
