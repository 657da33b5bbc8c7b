//! Random tokens and their hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::error::Error;
use platform::secret::Secret;
use sha2::{Digest as _, Sha256};

/// Bytes of a token: nobody guesses 256 bits.
const BYTES: usize = 32;
/// Characters of a token.
const LENGTH: usize = 43;

/// A new token.
///
/// # Errors
/// The system has no randomness to give.
pub(crate) fn random() -> Result<Secret<String>, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::internal(anyhow::anyhow!("the system gives no random bytes: {error}")))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// What is kept of a token: its SHA-256, in hexadecimal. Tokens are random, so a slow hash would add nothing.
pub(crate) fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text has the form of a token, so that it is worth looking for.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == LENGTH
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_hashes_do_not() {
        let (one, other) = (random().expect("random"), random().expect("random"));
        assert!(is_token(one.expose()) && one != other);
        // FIPS 180-4, the example "abc".
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn the_form_of_a_token() {
        let token = "a".repeat(LENGTH);
        let other = "é".repeat(LENGTH);
        for (text, is) in [(token.as_str(), true), ("", false), (&token[1..], false), (other.as_str(), false)]
        {
            assert_eq!(is_token(text), is, "{text}");
        }
    }
}
