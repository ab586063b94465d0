//! A process's sockets: `/proc/PID/fd` names them by inode, `/proc/PID/net/*` says where each leads (proc(5)).

use std::collections::HashSet;
use std::fs;

/// The far ends of its TCP connections, as the kernel writes them: address and port in hexadecimal.
pub fn remote_ends(pid: u32) -> Vec<String> {
    let own = own(pid);
    let rows = rows(pid, "tcp").into_iter().chain(rows(pid, "tcp6"));
    rows.filter(|(inode, _)| own.contains(inode))
        .map(|(_, remote)| remote)
        .collect()
}

/// How many UDP sockets it has.
pub fn datagrams(pid: u32) -> usize {
    let own = own(pid);
    let rows = rows(pid, "udp").into_iter().chain(rows(pid, "udp6"));
    rows.filter(|(inode, _)| own.contains(inode)).count()
}

fn own(pid: u32) -> HashSet<String> {
    let open = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process runs");
    open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|target| {
            let target = target.to_str()?.strip_prefix("socket:[")?;
            Some(target.trim_end_matches(']').to_owned())
        })
        .collect()
}

/// Inode and far end of each row of a table; a machine without IPv6 has no table for it.
fn rows(pid: u32, table: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            Some(((*columns.get(9)?).to_owned(), (*columns.get(2)?).to_owned()))
        })
        .collect()
}
