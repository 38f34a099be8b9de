//! `admit workspace create`: a workspace and its first Admin, made on the server's host.

use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
use serde_json::json;

use super::tools::Tools;
use crate::cli::args::CreateWorkspace;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{Format, Output};
use crate::domain::catalogue_name::check_catalogue_name;
use crate::domain::email::EmailAddress;
use crate::domain::person_name::check_name;
use crate::domain::slug::check_slug;
use crate::server::founding::{Founded, FoundingError, NewWorkspace, found};
use crate::server::store::Store;
use crate::server::store::engine::address::DatabaseAddress;

/// Makes a workspace and its first Admin, and prints a token for them, once.
pub async fn create_workspace(
    args: &CreateWorkspace,
    tools: &Tools,
    output: &mut Output,
) -> Result<(), Failure> {
    let new = read(args)?;
    let address: DatabaseAddress = args.database.parse().map_err(Failure::usage)?;
    let store = Store::open(&address).await.map_err(Failure::failed)?;
    let made = found(&store, (&*tools.clock, &*tools.entropy), &new).await;
    store.close().await;
    let founded = made.map_err(|error| match error {
        FoundingError::SlugTaken(_) => Failure::new(Exit::Refused, error),
        FoundingError::Store(_) => Failure::failed(error),
    })?;
    tell(&address, &new, &founded, output)
}

fn read(args: &CreateWorkspace) -> Result<NewWorkspace, Failure> {
    let wrong = |option: &str, text: &str, why: &dyn std::fmt::Display| {
        Failure::usage(format!("{option} {text:?}: {why}"))
    };
    let zone = &args.time_zone;
    if TimeZone::get(zone).is_err() {
        return Err(wrong("--time-zone", zone, &"write it like Europe/London"));
    }
    let name = |option, text| check_catalogue_name(text).map_err(|why| wrong(option, text, &why));
    let own = |option, text| check_name(text).map_err(|why| wrong(option, text, &why));
    Ok(NewWorkspace {
        customer: name("--customer", &args.customer)?,
        name: name("--name", &args.name)?,
        slug: check_slug(&args.slug).map_err(|why| wrong("--slug", &args.slug, &why))?.to_owned(),
        time_zone: zone.clone(),
        email: EmailAddress::parse(&args.admin_email)
            .map_err(|why| wrong("--admin-email", &args.admin_email, &why))?,
        first_name: own("--admin-first-name", &args.admin_first_name)?,
        last_name: own("--admin-last-name", &args.admin_last_name)?,
    })
}

fn tell(
    address: &DatabaseAddress,
    new: &NewWorkspace,
    founded: &Founded,
    output: &mut Output,
) -> Result<(), Failure> {
    let Founded { first_name, last_name, email, .. } = founded;
    if founded.had_account {
        output.note(&format!(
            "note: {email} has an account already, and keeps its name, {first_name} {last_name}"
        ));
    }
    if output.format() == Format::Json {
        output.json(&json!({
            "customer": { "id": founded.customer, "name": new.customer },
            "workspace": {
                "id": founded.workspace, "slug": new.slug, "name": new.name, "time_zone": new.time_zone,
            },
            "admin": { "email": email, "first_name": first_name, "last_name": last_name },
            "token": founded.token.expose_secret(),
        }))?;
    } else {
        let (name, customer) = (&new.name, &new.customer);
        output.note(&format!("made {name} of {customer}; {first_name} {last_name} <{email}> is its Admin"));
        output.line(founded.token.expose_secret())?;
        output.flush()?;
        output.note(&format!("next: admit serve --database {address} --mail-dir mail"));
        output.note("then: ADMIT_URL=http://127.0.0.1:8080 ADMIT_TOKEN=… admit whoami");
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::domain::ids::{CustomerId, WorkspaceId};

    #[test]
    fn what_is_next_is_told_without_the_password_of_the_database() {
        let address = "postgres://admit:hunter2@db.example.org/people".parse().unwrap();
        let new = NewWorkspace {
            customer: "Northgate Care".into(),
            name: "Academy".into(),
            slug: "academy".into(),
            time_zone: "UTC".into(),
            email: EmailAddress::parse("ann@example.org").unwrap(),
            first_name: "Ann".into(),
            last_name: "Lee".into(),
        };
        let founded = Founded {
            customer: CustomerId::new(uuid::Uuid::nil()),
            workspace: WorkspaceId::new(uuid::Uuid::nil()),
            email: "ann@example.org".into(),
            first_name: "Ann".into(),
            last_name: "Lee".into(),
            had_account: false,
            token: SecretString::from("admit_token"),
        };
        let (mut told, err) = std::io::pipe().unwrap();
        let mut output = Output::new(Format::Lines, Box::new(std::io::sink()), Box::new(err));
        tell(&address, &new, &founded, &mut output).unwrap();
        drop(output);
        let told = std::io::read_to_string(&mut told).unwrap();
        assert!(told.contains("--database postgres://admit") && !told.contains("hunter2"), "{told}");
    }
}
