//! Addresses of GitLab: `https://HOST/GROUP/PROJECT/-/blob/REF/PATH` and its siblings, with any number of groups.

use url::Url;

use crate::ReadError;
use crate::parts::{decode, decode_reference, encode, encode_path, is_commit, is_name};

/// What stands between a project and what is in it. No group or project has this name.
const BETWEEN: &str = "-";

/// A place in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The path of the project: groups and its name, divided by `/`.
    pub(super) project: String,
    /// Branch, tag or commit; nothing in the address of the project itself.
    pub(super) reference: Option<String>,
    /// Decoded parts of the path.
    pub(super) path: Vec<String>,
    /// Whether the address says that it is that of a folder.
    pub(super) is_tree: bool,
}

impl Address {
    /// Reads an address, whose path begins with that of `base`. The old form has no `/-` before `/blob`.
    pub(super) fn parse(url: &Url, base: &Url) -> Result<Self, ReadError> {
        let Some(parts) = below(url, base) else {
            return Err(refused("the address is not below baseUrl of integrations.gitlab"));
        };
        // Two names at least come before: a group may be named as a form is.
        let old = parts.iter().skip(2).position(|part| is_form(part)).map(|at| at + 2);
        let new = parts.iter().position(|part| *part == BETWEEN);
        let end = new.into_iter().chain(old).min().unwrap_or(parts.len());
        let (project, rest) = parts.split_at(end);
        let mut names = project.iter().map(|part| decode(part)).collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = names.last_mut()
            && let Some(name) = last.strip_suffix(".git")
        {
            *last = name.to_owned();
        }
        if names.len() < 2 {
            return Err(refused("an address of GitLab names a group and a project"));
        }
        if names.iter().any(|name| !is_name(name) || name.starts_with('-')) {
            return Err(refused("no group or project of GitLab has this name"));
        }
        let project = names.join("/");
        let rest = if rest.first() == Some(&BETWEEN) { &rest[1..] } else { rest };
        let Some((form, rest)) = rest.split_first() else {
            return Ok(Self { project, reference: None, path: Vec::new(), is_tree: true });
        };
        if !is_form(form) {
            return Err(refused(
                "an address of a file looks like https://HOST/GROUP/PROJECT/-/blob/BRANCH/PATH",
            ));
        }
        let (reference, path) = rest.split_first().map_or((None, rest), |(first, path)| (Some(first), path));
        Ok(Self {
            project,
            reference: reference.map(|reference| decode_reference(reference)).transpose()?,
            path: path.iter().map(|part| decode(part)).collect::<Result<_, _>>()?,
            is_tree: *form == "tree",
        })
    }

    /// The project, as the API wants it in a path.
    pub(super) fn id(&self) -> String {
        encode(&self.project)
    }

    /// The path, as the API wants it in a path or a query.
    pub(super) fn encoded_path(&self) -> String {
        encode(&self.path.join("/"))
    }

    /// The address of a page, with another form (`blob`, `tree`, `edit`).
    pub(super) fn page(&self, base: &Url, form: &str) -> Option<Url> {
        let (reference, path) = (encode(self.reference.as_deref()?), encode_path(&self.path));
        let base = base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}/{}/-/{form}/{reference}/{path}", self.project)).ok()
    }

    /// Whether it names one commit, which nobody can edit.
    pub(super) fn is_commit(&self) -> bool {
        self.reference.as_deref().is_some_and(is_commit)
    }
}

/// The parts of an address below another; none if it is not below.
pub(super) fn below<'a>(url: &'a Url, base: &Url) -> Option<Vec<&'a str>> {
    let parts = |url: &'a Url| url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let mut rest = parts(url);
    for part in base.path_segments().into_iter().flatten().filter(|part| !part.is_empty()) {
        if rest.next() != Some(part) {
            return None;
        }
    }
    Some(rest.collect())
}

fn is_form(part: &str) -> bool {
    matches!(part, "blob" | "tree" | "raw" | "edit")
}

fn refused(why: &str) -> ReadError {
    ReadError::Refused(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str, base: &str) -> String {
        let url = |text: &str| Url::parse(text).expect("an address");
        match Address::parse(&url(address), &url(base)) {
            Ok(Address { project, reference, path, .. }) => {
                format!("{project} {} {}", reference.as_deref().unwrap_or("-"), path.join("|"))
            }
            Err(error) => format!("refused: {error}"),
        }
    }

    #[test]
    fn addresses_of_files_folders_and_projects() {
        for (address, expected) in [
            ("acme/shop/-/blob/main/a/catalog-info.yaml", "acme/shop main a|catalog-info.yaml"),
            ("acme/shops/eu/shop/-/tree/main/a", "acme/shops/eu/shop main a"),
            ("acme/shop/-/tree/main/a/", "acme/shop main a"),
            ("acme/shop/-/raw/v1/x%20y.yaml?inline=false", "acme/shop v1 x y.yaml"),
            ("acme/shop/-/edit/main/x?ref_type=heads", "acme/shop main x"),
            ("acme/shop/-/blob/feature%2Fnew/x?ref_type=heads#L3", "acme/shop feature/new x"),
            ("acme/shop/-/blob/feature/new/x", "acme/shop feature new|x"),
            ("acme/shop/-/tree/main", "acme/shop main "),
            ("acme/shop/-/tree", "acme/shop - "),
            // The form of old, and what looks like it.
            ("acme/shop/blob/main/a/x.yaml", "acme/shop main a|x.yaml"),
            ("acme/shops/shop/tree/main", "acme/shops/shop main "),
            ("acme/shop/blob/main/-/tree/x", "acme/shop main -|tree|x"),
            ("acme/shop/-/blob/main/blob/-/x", "acme/shop main blob|-|x"),
            ("blob/tree/-/blob/main/x", "blob/tree main x"),
            // The project itself.
            ("acme/shop", "acme/shop - "),
            ("acme/shops/shop/", "acme/shops/shop - "),
            ("acme/shops/shop.git", "acme/shops/shop - "),
            ("acme/shop.git/-/blob/main/x", "acme/shop main x"),
            // The parser of addresses takes the dots away, however they are written.
            ("acme/shop/-/blob/main/a/%2e%2e/%2E%2E/x", "acme/shop x "),
        ] {
            for base in ["https://gitlab.com", "https://git.test:8443/gitlab/"] {
                let whole = format!("{}/{address}", base.trim_end_matches('/'));
                assert_eq!(parse(&whole, base), expected, "{whole}");
            }
        }
    }

    #[test]
    fn what_is_no_address_of_a_project_is_refused() {
        for (address, expected) in [
            ("", "names a group and a project"),
            ("acme", "names a group and a project"),
            ("acme/-/blob/main/x", "names a group and a project"),
            ("acme/shop/-/issues/1", "looks like"),
            ("acme/shop/-/blob/main/a%2F..%2Fb", "no file name has"),
            ("acme/shop/-/blob/main/..%5Cb", "no file name has"),
            ("acme/shop/-/blob/main/%00", "no file name has"),
            ("acme/shop/-/blob/..%2F..%2Fx/y", "no file name has"),
            ("acme/shop/-/blob/main/%ff", "not UTF-8"),
            ("ac%20me/shop/-/blob/main/a", "has this name"),
            ("acme%2Fshop/x/-/blob/main/a", "no file name has"),
            ("acme/%3Fx/-/blob/main/a", "has this name"),
            ("acme/-shop/-/blob/main/a", "has this name"),
        ] {
            let told = parse(&format!("https://gitlab.com/{address}"), "https://gitlab.com");
            assert!(told.starts_with("refused") && told.contains(expected), "{address}: {told}");
        }
        let elsewhere = parse("https://git.test/acme/shop/-/blob/main/x", "https://git.test/gitlab");
        assert!(elsewhere.contains("baseUrl"), "{elsewhere}");
    }

    #[test]
    fn a_page_is_read_as_what_it_was_made_of() {
        let base = Url::parse("https://git.test/gitlab").expect("an address");
        let address = Address {
            project: "acme/shops/shop".to_owned(),
            reference: Some("feature/ä+b".to_owned()),
            path: vec!["a b".to_owned(), "%2e?#&.yaml".to_owned()],
            is_tree: false,
        };
        let page = address.page(&base, "blob").expect("a page");
        assert_eq!(
            page.as_str(),
            "https://git.test/gitlab/acme/shops/shop/-/blob/feature%2F%C3%A4%2Bb/a%20b/%252e%3F%23%26.yaml"
        );
        assert_eq!(Address::parse(&page, &base), Ok(address));
    }
}
