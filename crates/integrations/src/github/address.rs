//! Addresses of GitHub: `https://HOST/OWNER/REPO/blob/REF/PATH` and its siblings.

use url::Url;

use crate::ReadError;
use crate::parts::{decode, encode_path, is_commit, is_name};

/// A place in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) owner: String,
    pub(super) repo: String,
    /// Branch, tag or commit; nothing in the address of the repository itself.
    pub(super) reference: Option<String>,
    /// Decoded parts of the path.
    pub(super) path: Vec<String>,
}

impl Address {
    /// Reads the address of a page (`/OWNER/REPO/blob/REF/PATH`), or, with `raw`, of a raw file (`/OWNER/REPO/REF/PATH`).
    pub(super) fn parse(url: &Url, raw: bool) -> Result<Self, ReadError> {
        let mut parts = Vec::new();
        for part in url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()) {
            parts.push(decode(part)?);
        }
        let mut parts = parts.into_iter();
        let (Some(owner), Some(repo)) = (parts.next(), parts.next()) else {
            return Err(refused("an address of GitHub names an owner and a repository"));
        };
        let repo = repo.strip_suffix(".git").unwrap_or(&repo).to_owned();
        if !is_name(&owner) || !is_name(&repo) {
            return Err(refused("no owner or repository of GitHub has this name"));
        }
        let mut rest: Vec<String> = parts.collect();
        if raw {
            if rest.len() > 2 && rest[0] == "refs" && (rest[1] == "heads" || rest[1] == "tags") {
                rest.drain(..2);
            }
        } else if let Some(form) = rest.first() {
            if !matches!(form.as_str(), "blob" | "tree" | "raw" | "edit") {
                return Err(refused(
                    "an address of a file looks like https://HOST/OWNER/REPO/blob/BRANCH/PATH",
                ));
            }
            rest.remove(0);
        }
        let reference = (!rest.is_empty()).then(|| rest.remove(0));
        Ok(Self { owner, repo, reference, path: rest })
    }

    /// The path, encoded for an address.
    pub(super) fn encoded_path(&self) -> String {
        encode_path(&self.path)
    }

    /// Whether it names one commit, which nobody can edit.
    pub(super) fn is_commit(&self) -> bool {
        self.reference.as_deref().is_some_and(is_commit)
    }
}

fn refused(why: &str) -> ReadError {
    ReadError::Refused(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str, raw: bool) -> String {
        match Address::parse(&Url::parse(address).expect("an address"), raw) {
            Ok(Address { owner, repo, reference, path }) => {
                format!("{owner} {repo} {} {}", reference.as_deref().unwrap_or("-"), path.join("|"))
            }
            Err(error) => format!("refused: {error}"),
        }
    }

    #[test]
    fn addresses_of_files_and_repositories() {
        for (address, raw, expected) in [
            (
                "https://github.com/acme/shop/blob/main/a/catalog-info.yaml",
                false,
                "acme shop main a|catalog-info.yaml",
            ),
            ("https://github.com/acme/shop/tree/main/a", false, "acme shop main a"),
            ("https://github.com/acme/shop/raw/v1/x%20y.yaml", false, "acme shop v1 x y.yaml"),
            ("https://github.com/acme/shop.git", false, "acme shop - "),
            ("https://github.com/acme/shop/", false, "acme shop - "),
            ("https://raw.githubusercontent.com/acme/shop/main/x.yaml", true, "acme shop main x.yaml"),
            (
                "https://raw.githubusercontent.com/acme/shop/refs/heads/main/x.yaml",
                true,
                "acme shop main x.yaml",
            ),
            // The parser of addresses takes the dots away, however they are written.
            ("https://github.com/acme/shop/blob/main/a/%2e%2e/%2E%2E/x", false, "acme shop x "),
        ] {
            assert_eq!(parse(address, raw), expected, "{address}");
        }
        for address in [
            "https://github.com/acme",
            "https://github.com/acme/shop/pulls/1",
            "https://github.com/acme/shop/blob/main/a%2F..%2Fb",
            "https://github.com/acme/shop/blob/main/..%5Cb",
            "https://github.com/acme/shop/blob/main/%00",
            "https://github.com/acme/shop/blob/main/%ff",
            "https://github.com/ac%20me/shop/blob/main/a",
            "https://github.com/acme/%3Fx/blob/main/a",
        ] {
            assert!(parse(address, false).starts_with("refused"), "{address}: {}", parse(address, false));
        }
    }
}
