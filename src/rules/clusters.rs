//! Groups: which hits satisfy one together, near enough to each other.

use std::ops::Range;

use super::compile::Group;
use super::evaluate::Hit;

/// So many clusters of one group say enough.
const MOST_CLUSTERS: usize = 5;
/// A finding of a group spans its hits if they lie this near, in bytes; else it shows the first.
const LONGEST_HULL: u32 = 300;

/// Sets of hits that satisfy a group, from left to right, none sharing a first hit.
pub(super) fn clusters<'h>(group: &Group, hits: &[&'h Hit]) -> Vec<Vec<&'h Hit>> {
    let terms = group.first_term..group.first_term + group.terms;
    let mine: Vec<&Hit> = hits
        .iter()
        .copied()
        .filter(|hit| terms.contains(&hit.term))
        .collect();
    let mut found = Vec::new();
    let Some(within) = group.within else {
        let cluster = one_of_each(mine.iter().copied());
        if cluster.len() >= usize::from(group.need) {
            found.push(cluster);
        }
        return found;
    };
    let mut from = 0;
    while from < mine.len() && found.len() < MOST_CLUSTERS {
        let first = mine[from];
        let near = mine.iter().copied().filter(|hit| {
            hit.part == first.part
                && (hit.anywhere
                    || first.anywhere
                    || (hit.start >= first.start && hit.end <= first.end.max(first.start + within)))
        });
        let cluster = one_of_each(std::iter::once(first).chain(near));
        if cluster.len() >= usize::from(group.need)
            && !(first.anywhere && cluster.iter().any(|hit| !hit.anywhere) && !fits(&cluster, within))
        {
            from = mine
                .iter()
                .position(|hit| {
                    hit.part > first.part || (hit.part == first.part && hit.start > hull(&cluster).1.end)
                })
                .unwrap_or(mine.len())
                .max(from + 1);
            found.push(cluster);
        } else {
            from += 1;
        }
    }
    found
}

/// Whether the hits that have a place lie within so many bytes.
fn fits(cluster: &[&Hit], within: u32) -> bool {
    let placed = || cluster.iter().filter(|hit| !hit.anywhere);
    let start = placed().map(|hit| hit.start).min().unwrap_or(0);
    let end = placed().map(|hit| hit.end).max().unwrap_or(0);
    end - start <= within
}

fn one_of_each<'h>(hits: impl Iterator<Item = &'h Hit>) -> Vec<&'h Hit> {
    let mut chosen: Vec<&Hit> = Vec::new();
    for hit in hits {
        if !chosen.iter().any(|other| other.term == hit.term) {
            chosen.push(hit);
        }
    }
    chosen
}

/// The part and the stretch that a cluster covers there; hits without a place of their own do not widen it.
pub(super) fn hull(cluster: &[&Hit]) -> (u16, Range<u32>) {
    let Some(first) = cluster.iter().find(|hit| !hit.anywhere).or(cluster.first()) else {
        return (0, 0..0);
    };
    let here = || {
        cluster
            .iter()
            .filter(|hit| hit.part == first.part && (!hit.anywhere || first.anywhere))
    };
    let start = here().map(|hit| hit.start).min().unwrap_or(first.start);
    let end = here().map(|hit| hit.end).max().unwrap_or(first.end);
    if end - start <= LONGEST_HULL {
        (first.part, start..end)
    } else {
        (first.part, first.start..first.end)
    }
}
