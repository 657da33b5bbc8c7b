//! What a form sent: its inputs in their order, whichever of the two ways of browsers they came by.

use app::scaffolder::SentForm;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use scaffolder::data_url;

/// Most bytes of one form: the answers that it brings along sealed, and those that are new.
pub(crate) const MOST_BYTES: usize = 32 * 1024 * 1024;
/// Most inputs.
const MOST_INPUTS: usize = 20_000;

/// Reads the body of a request; files become `data:` URLs.
pub(crate) async fn read(request: Request) -> SentForm {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    SentForm(if kind.starts_with("multipart/form-data") {
        parts(request).await
    } else {
        pairs(request).await
    })
}

async fn pairs(request: Request) -> Result<Vec<(String, String)>, String> {
    let body = Bytes::from_request(request, &()).await.map_err(|error| unread(&error.body_text()))?;
    let text = std::str::from_utf8(&body).map_err(|_| unread("it is no text"))?;
    let inputs = model::parameters(text);
    if inputs.len() > MOST_INPUTS { Err(too_many()) } else { Ok(inputs) }
}

async fn parts(request: Request) -> Result<Vec<(String, String)>, String> {
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|error| unread(&error.body_text()))?;
    let mut inputs = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| unread(&error.body_text()))? {
        if inputs.len() >= MOST_INPUTS {
            return Err(too_many());
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let media_type = part.content_type().map(str::to_owned);
        let content = part.bytes().await.map_err(|error| unread(&error.body_text()))?;
        let value = match file.as_deref() {
            // No file was chosen.
            Some("") => String::new(),
            Some(file) => data_url(file, media_type.as_deref(), &content),
            None => String::from_utf8(content.to_vec()).map_err(|_| unread("it is no text"))?,
        };
        inputs.push((name, value));
    }
    Ok(inputs)
}

fn unread(why: &str) -> String {
    format!("The form could not be read: {why}.")
}

fn too_many() -> String {
    format!("The form has more than {MOST_INPUTS} inputs.")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;

    use super::*;

    async fn sent(kind: &str, body: &'static str) -> Result<Vec<(String, String)>, String> {
        let request =
            Request::post("/").header(CONTENT_TYPE, kind).body(Body::from(body)).expect("a request");
        read(request).await.0
    }

    #[tokio::test]
    async fn inputs_keep_their_order_and_names_that_come_twice() {
        let inputs = sent("application/x-www-form-urlencoded", "%2Fa=&%2Fa=true&~go=next&%2Fb=%2B+x").await;
        let expected = [("/a", ""), ("/a", "true"), ("~go", "next"), ("/b", "+ x")];
        assert_eq!(
            inputs.expect("a form"),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[tokio::test]
    async fn files_become_addresses_of_their_content() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"/f\"; filename=\"a b.txt\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"/g\"; filename=\"\"\r\n\r\n\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"/t\"\r\n\r\nline\r\n--x--\r\n";
        let inputs = sent("multipart/form-data; boundary=x", body).await.expect("a form");
        let expected = [("/f", "data:text/plain;name=a%20b%2Etxt;base64,aGk="), ("/g", ""), ("/t", "line")];
        assert_eq!(inputs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[tokio::test]
    async fn what_is_no_form_is_told_so() {
        for (kind, body) in
            [("multipart/form-data", "x"), ("multipart/form-data; boundary=x", "--x\r\nnonsense")]
        {
            assert!(
                sent(kind, body).await.is_err_and(|why| why.starts_with("The form could not be read")),
                "{body}"
            );
        }
    }
}
