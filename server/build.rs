//! Puts the built site into the release binary.
//!
//! A release build generates a table of every file below `target/site/embed`, which `make release` fills
//! with the bundle, the styles and the public files, each beside its brotli and gzip twins. A debug build
//! embeds nothing: it reads the site from the checkout, so that an edit shows on reload.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(embed_site)");
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("PROFILE").is_none_or(|profile| profile != "release") {
        return;
    }
    println!("cargo::rustc-cfg=embed_site");
    let site = workspace().join("target/site/embed");
    println!("cargo::rerun-if-changed={}", site.display());
    if let Err(error) = embed(&site) {
        println!(
            "cargo::error=a release build carries the site inside, and the site could not be read: {error}. \
             Run `make release`, which makes the bundle in {} first.",
            site.display()
        );
    }
}

fn embed(site: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(site, &mut files)?;
    if !files.iter().any(|file| file.ends_with("pkg/frontend_bg.wasm")) {
        return Err(io::Error::new(io::ErrorKind::NotFound, "pkg/frontend_bg.wasm is missing"));
    }
    // Sorted by text, because the program searches it by text; paths sort by their parts.
    let mut rows = BTreeMap::new();
    for file in files.iter().filter(|file| !is_twin(file)) {
        println!("cargo::rerun-if-changed={}", file.display());
        let address = file.strip_prefix(site).map_err(io::Error::other)?.to_string_lossy().into_owned();
        let (brotli, gzip) = (include_twin(file, "br"), include_twin(file, "gz"));
        let row = format!(
            "Embedded {{ address: {address:?}, plain: include_bytes!({file:?}), brotli: {brotli}, gzip: {gzip} }}"
        );
        rows.insert(address, row);
    }
    let rows: Vec<String> = rows.into_values().collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("embedded.rs"), format!("&[\n    {},\n]\n", rows.join(",\n    ")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn is_twin(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

fn include_twin(file: &Path, extension: &str) -> String {
    let mut twin = file.as_os_str().to_owned();
    twin.push(format!(".{extension}"));
    let twin = PathBuf::from(twin);
    if twin.is_file() { format!("Some(include_bytes!({twin:?}))") } else { "None".to_owned() }
}

fn workspace() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..")
}
