//! Counts what rules that do not count yet would have done: in memory per hit, in the store once a minute. A crash loses
//! at most that minute of counts; nothing is decided by them.

use std::sync::Arc;

use dashmap::DashMap;

use super::App;
use crate::model::GuildId;
use crate::model::rule_record::Shadow;
use crate::rules::{Level, Thresholds, Verdict};
use crate::storage::InGuild;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Counts since they were last written.
#[derive(Debug, Default)]
pub struct Shadows(DashMap<(GuildId, Arc<str>), Shadow>);

impl Shadows {
    /// Notes what a verdict says of rules that do not count.
    pub fn note(&self, guild: GuildId, verdict: &Verdict, thresholds: Thresholds) {
        let mut rules: Vec<&Arc<str>> = verdict
            .findings
            .iter()
            .filter(|finding| finding.observed_only)
            .map(|finding| &finding.rule)
            .collect();
        if rules.is_empty() {
            return;
        }
        rules.sort_unstable();
        rules.dedup();
        let would_be = thresholds.level(verdict.shadow_score);
        let more = would_be > verdict.level;
        for rule in rules {
            let mut shadow = self.0.entry((guild, Arc::clone(rule))).or_default();
            shadow.hits = shadow.hits.saturating_add(1);
            shadow.would_flag += u32::from(more && would_be == Level::Suspicious);
            shadow.would_remove += u32::from(more && would_be == Level::Scam);
        }
    }

    fn take(&self) -> Vec<((GuildId, Arc<str>), Shadow)> {
        let keys: Vec<_> = self.0.iter().map(|entry| entry.key().clone()).collect();
        keys.into_iter().filter_map(|key| self.0.remove(&key)).collect()
    }
}

/// Writes what has been counted. What cannot be written is counted again.
pub async fn write(app: &App) {
    let day = app.clock.now().0.div_euclid(DAY);
    for ((guild, rule), shadow) in app.bench.shadows.take() {
        let counts = vec![(rule.to_string(), shadow)];
        if let Err(error) = app.store.count_shadows(InGuild(guild), day, counts).await {
            tracing::warn!(%guild, %error, "shadow counts could not be written");
            let mut again = app.bench.shadows.0.entry((guild, rule)).or_default();
            again.hits += shadow.hits;
            again.would_flag += shadow.would_flag;
            again.would_remove += shadow.would_remove;
        }
    }
}
