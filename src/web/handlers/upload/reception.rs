use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

use crate::share::FilePath;
use crate::vault::{Content, Deposit};
use crate::web::AppState;
use crate::web::error::{FieldError, WebError};
use crate::web::parts::{FilePart, TextPart, UploadError};

use super::fields::Fields;

/// Longer types are not types.
const TYPE_BYTES: usize = 127;

/// What has come of an upload so far.
pub(super) struct Reception<'a> {
    state: &'a AppState,
    fields: Fields,
    /// Bytes of the whole body, if that was said.
    announced: Option<u64>,
    deposit: Option<Deposit>,
    /// Files in it; none where it is text.
    files: usize,
    /// A form sends a part for files or text that were left out, too.
    left_out: Option<FieldError>,
}

impl<'a> Reception<'a> {
    pub(super) fn new(state: &'a AppState, fields: Fields, announced: Option<u64>) -> Self {
        Self {
            state,
            fields,
            announced,
            deposit: None,
            files: 0,
            left_out: None,
        }
    }

    pub(super) fn field(&mut self, name: &str, value: &str) -> Result<(), WebError> {
        if self.deposit.is_some() {
            return Err(FieldError::Late.into());
        }
        self.fields.take(self.state, name, value)
    }

    pub(super) async fn text(&mut self, mut text: TextPart<'_>) -> Result<(), WebError> {
        self.fields.see("text")?;
        let Some(start) = beginning(&mut text).await? else {
            self.left_out.get_or_insert(FieldError::EmptyText);
            return Ok(());
        };
        self.admit(self.deposit.is_some())?;
        let terms = self.fields.terms(Content::Text, self.announced);
        let mut deposit = self.state.inner.vault.deposit(terms).await?;
        deposit.write(&start).await?;
        receive(&mut deposit, text).await?;
        self.deposit = Some(deposit);
        Ok(())
    }

    pub(super) async fn file(&mut self, mut file: FilePart<'_>) -> Result<(), WebError> {
        if file.name != "file" {
            return Err(FieldError::Unknown.into());
        }
        if file.file_name.is_empty() {
            if beginning(&mut file).await?.is_some() {
                return Err(FieldError::EmptyFileName.into());
            }
            self.left_out = Some(FieldError::EmptyFileName);
            return Ok(());
        }
        self.admit(self.deposit.is_some() && self.files == 0)?;
        self.files += 1;
        if self.fields.files.is_some_and(|files| files < self.files) {
            return Err(FieldError::WrongCount.into());
        }
        let content_type = file.content_type.take();
        let content_type = content_type.filter(|text| text.len() <= TYPE_BYTES);
        let path = FilePath::sanitise(&file.file_name);
        let deposit = self.next_file(path, content_type).await?;
        receive(deposit, file).await
    }

    fn admit(&self, mixed: bool) -> Result<(), WebError> {
        if !self.fields.authorized {
            return Err(WebError::UploadPassword);
        }
        if mixed {
            return Err(FieldError::Mixed.into());
        }
        Ok(())
    }

    async fn next_file(
        &mut self,
        path: FilePath,
        content_type: Option<String>,
    ) -> Result<&mut Deposit, WebError> {
        let vault = &self.state.inner.vault;
        let several = self.fields.files.is_some_and(|files| files > 1);
        let deposit = match self.deposit.take() {
            Some(mut deposit) => {
                deposit.begin_file(&path).await?;
                deposit
            }
            None if several => {
                let terms = self.fields.terms(Content::Files, self.announced);
                let mut deposit = vault.deposit(terms).await?;
                deposit.begin_file(&path).await?;
                deposit
            }
            None => {
                let content_type =
                    content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
                let content = Content::File { path, content_type };
                let terms = self.fields.terms(content, self.announced);
                vault.deposit(terms).await?
            }
        };
        Ok(self.deposit.insert(deposit))
    }

    /// Whether the answer is to carry a QR code.
    pub(super) fn wants_qr(&self) -> bool {
        self.fields.qr
    }

    /// The deposit, after the clean end of the body.
    pub(super) fn complete(self) -> Result<Deposit, FieldError> {
        let nothing = self.left_out.unwrap_or(FieldError::NoFile);
        let deposit = self.deposit.ok_or(nothing)?;
        if self.fields.files.is_some_and(|files| files != self.files) {
            return Err(FieldError::WrongCount);
        }
        Ok(deposit)
    }
}

/// The first bytes of a part; none if it is empty.
async fn beginning(
    part: &mut (impl Stream<Item = Result<Bytes, UploadError>> + Unpin),
) -> Result<Option<Bytes>, UploadError> {
    while let Some(piece) = part.next().await {
        let piece = piece?;
        if !piece.is_empty() {
            return Ok(Some(piece));
        }
    }
    Ok(None)
}

async fn receive(
    deposit: &mut Deposit,
    mut content: impl Stream<Item = Result<Bytes, UploadError>> + Unpin,
) -> Result<(), WebError> {
    loop {
        match tokio::time::timeout(deposit.renewal_interval(), content.next()).await {
            Ok(Some(piece)) => deposit.write(&piece?).await?,
            Ok(None) => return Ok(()),
            Err(_) => deposit.renew_if_due().await?,
        }
    }
}
