//! Who has written in a guild, and where was linked to.

use async_trait::async_trait;
use sqlx::Row;

use super::SqliteStore;
use crate::model::{Timestamp, UserId};
use crate::rules::SeenHosts;
use crate::storage::{InGuild, Regulars, Result};

#[async_trait]
impl Regulars for SqliteStore {
    async fn note_writers(
        &self,
        InGuild(guild): InGuild,
        writers: Vec<UserId>,
        now: Timestamp,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for writer in writers {
                        sqlx::query(
                            "INSERT INTO writers (guild, member, first_at) VALUES ($1, $2, $3)
                             ON CONFLICT (guild, member) DO NOTHING",
                        )
                        .bind(guild.0 as i64)
                        .bind(writer.0 as i64)
                        .bind(now.0)
                        .execute(&mut *db)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn has_written(&self, InGuild(guild): InGuild, writer: UserId) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM writers WHERE guild = $1 AND member = $2")
            .bind(guild.0 as i64)
            .bind(writer.0 as i64)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    async fn note_hosts(&self, InGuild(guild): InGuild, hosts: Vec<u32>, now: Timestamp) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for host in hosts {
                        sqlx::query(
                            "INSERT INTO seen_hosts (guild, host, at) VALUES ($1, $2, $3)
                             ON CONFLICT (guild, host) DO NOTHING",
                        )
                        .bind(guild.0 as i64)
                        .bind(i64::from(host))
                        .bind(now.0)
                        .execute(&mut *db)
                        .await?;
                    }
                    sqlx::query(
                        "DELETE FROM seen_hosts WHERE guild = $1 AND host IN (
                             SELECT host FROM seen_hosts WHERE guild = $1
                             ORDER BY at DESC, host LIMIT -1 OFFSET $2)",
                    )
                    .bind(guild.0 as i64)
                    .bind(i64::try_from(SeenHosts::MOST).unwrap_or(i64::MAX))
                    .execute(db)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn seen_hosts(&self, InGuild(guild): InGuild) -> Result<Vec<u32>> {
        let rows = sqlx::query("SELECT host FROM seen_hosts WHERE guild = $1 ORDER BY at, host DESC")
            .bind(guild.0 as i64)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("host")?)).collect()
    }
}
