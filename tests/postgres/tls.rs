//! The line to the database: encrypted, the certificate looked at, and said plainly when it won't do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use admit::server::store::Store;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::pg_server::PgServer;

/// An authority's certificate in `folder`, and what a server named `name` needs from it.
fn authority(folder: &Path, name: &str) -> (PathBuf, PathBuf, PathBuf) {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let write = |file: &str, text: String, mode: u32| {
        let path = folder.join(file);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let key = write("server.key", key.serialize_pem(), 0o600);
    // As root the server runs as another user, who has to own its key.
    drop(Command::new("chown").arg("postgres").arg(&key).status());
    (write("authority.crt", authority.pem(), 0o644), write("server.crt", leaf.pem(), 0o644), key)
}

async fn open(url: &str) -> Result<(), String> {
    let store = Store::open(&url.parse().unwrap()).await.map_err(|error| error.to_string())?;
    let checked = store.check().await.map_err(|error| error.to_string());
    store.close().await;
    checked
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_certificate_is_looked_at_and_what_is_wrong_with_it_is_said() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    for folder in &folders {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (ca, certificate, key) = authority(folders[0].path(), "localhost");
    let (other_ca, ..) = authority(folders[1].path(), "localhost");
    let settings = [
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", certificate.display()),
        format!("ssl_key_file={}", key.display()),
    ];
    let server = PgServer::start(&settings.each_ref().map(String::as_str)).await;
    let with = |ca: &Path| server.url(&format!("?sslmode=verify-full&sslrootcert={}", ca.display()));
    open(&with(&ca)).await.unwrap();
    let untrusted = open(&with(&other_ca)).await.unwrap_err();
    assert!(
        untrusted.contains("sslrootcert=FILE") && untrusted.starts_with("can't connect to "),
        "{untrusted}"
    );
    let other_name = with(&ca).replace("localhost", "127.0.0.1");
    let misnamed = open(&other_name).await.unwrap_err();
    assert!(misnamed.contains("for another name"), "{misnamed}");
    drop(server);
    let plain = PgServer::start(&["ssl=off"]).await;
    let bare = open(&plain.url("?sslmode=require")).await.unwrap_err();
    assert!(bare.contains("does not encrypt") && bare.contains("sslmode=disable"), "{bare}");
}
