//! Uploaded files: what a message says about them, and their bytes.

use crate::ids::Id;

use super::State;

/// A file attached to a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Snowflake.
    pub id: Id,
    /// Name with extension.
    pub filename: String,
    /// Alternative text.
    pub description: Option<String>,
    /// Media type.
    pub content_type: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Where its bytes are served.
    pub url: String,
    /// Picture size in pixels, width then height.
    pub dimensions: Option<(u32, u32)>,
    /// Is it gone with its ephemeral reply?
    pub ephemeral: bool,
}

/// The bytes of an upload.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Media type to serve it with.
    pub content_type: String,
    /// What was uploaded.
    pub bytes: Vec<u8>,
}

impl State {
    /// Keeps an upload for `channel` and gives the attachment that points at it.
    pub fn store_file(
        &mut self,
        channel: Id,
        filename: &str,
        description: Option<String>,
        content_type: Option<String>,
        bytes: Vec<u8>,
    ) -> Attachment {
        let id = self.next_id();
        // A name is one segment of the address: whatever is not plain becomes an underscore, as Discord does.
        let filename: String = filename
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let content_type = content_type.or_else(|| media_type_of(&filename).map(str::to_owned));
        let path = format!("/attachments/{channel}/{id}/{filename}");
        let size = bytes.len() as u64;
        let served_as = content_type
            .clone()
            .unwrap_or_else(|| "application/octet-stream".to_owned());
        self.files.insert(
            path.clone(),
            StoredFile {
                content_type: served_as,
                bytes,
            },
        );
        let url = format!("{}{path}", self.base_url);
        Attachment {
            id,
            filename,
            description,
            content_type,
            size,
            url,
            dimensions: None,
            ephemeral: false,
        }
    }
}

/// The media type Discord would guess from a name's extension.
fn media_type_of(filename: &str) -> Option<&'static str> {
    let extension = filename.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "exe" => "application/x-msdos-program",
        _ => return None,
    })
}
