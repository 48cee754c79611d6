//! What a helper can be asked, done: each request on the file system, told in pieces.
//!
//! The same is done without a helper for what lies in no shared folder.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use sha2::Digest;

use crate::clock::Stopwatch;
use crate::panel::ids::Sha256;
use crate::share::listen;
use crate::share::open;
use crate::share::put::{self, Access, Fresh, Readers};
use crate::share::walk;
use crate::share::wire::{
    Answer, BYTES, CHUNK, ENTRIES, Fault, FileFacts, Found, Hashed, LISTED, Name, PROGRESS, Request,
};

/// How often whoever asked hears at least that the folder answers.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Bytes after which what was written is synced.
const SYNC_EVERY: usize = 2 << 20;

/// Age at which a half-written file is nobody's any more.
const ABANDONED: Duration = Duration::from_hours(1);

/// A way to look through a folder.
type Look = fn(&Path, &mut dyn FnMut(Found) -> io::Result<()>) -> io::Result<()>;

/// Does one request after the other.
pub(crate) struct Deeds<'line> {
    /// The one folder whose paths may be touched; none where any may be.
    root: Option<PathBuf>,
    access: Access,
    tell: &'line mut dyn FnMut(u8, &[u8]) -> io::Result<()>,
    told: Stopwatch,
    /// Folders that were rid of what stuck helpers had left half written.
    swept: BTreeSet<PathBuf>,
}

impl<'line> Deeds<'line> {
    /// What is made can be opened as `access` says. `tell` is given each piece of an answer with its tag.
    pub fn new(
        root: Option<&Path>,
        access: Access,
        tell: &'line mut dyn FnMut(u8, &[u8]) -> io::Result<()>,
    ) -> Self {
        Deeds {
            root: root.map(Path::to_owned),
            access,
            tell,
            told: Stopwatch::start(),
            swept: BTreeSet::new(),
        }
    }

    /// Fails when the line to the main process is closed.
    pub fn say(&mut self, tag: u8, piece: &[u8]) -> io::Result<()> {
        self.told = Stopwatch::start();
        (self.tell)(tag, piece)
    }

    /// Says now and then that it goes on.
    fn go_on(&mut self) -> io::Result<()> {
        if self.told.elapsed() < TELL_EVERY { Ok(()) } else { self.say(PROGRESS, b"") }
    }

    /// Does one thing. `content` gives the pieces of a file that is to be written, an empty one at its end.
    pub fn done(
        &mut self,
        request: Request,
        content: &mut dyn FnMut() -> io::Result<Vec<u8>>,
    ) -> Result<Answer, Fault> {
        self.told = Stopwatch::start();
        let done = self.tried(request, content);
        // Where the folder itself has gone, nothing is said about what lies in it.
        done.map_err(|fault| {
            if fault.kind() == ErrorKind::NotFound && self.is_gone() { Fault::folder_gone() } else { fault }
        })
    }

    /// Whether the folder itself is not there.
    fn is_gone(&self) -> bool {
        self.root.as_ref().is_some_and(|root| fs::metadata(root).is_err())
    }

    fn tried(
        &mut self,
        request: Request,
        content: &mut dyn FnMut() -> io::Result<Vec<u8>>,
    ) -> Result<Answer, Fault> {
        match request {
            Request::Walk { folder } => self.listed(&folder, walk::below)?,
            Request::List { folder } => self.listed(&folder, walk::within)?,
            Request::Stat { paths } => return self.facts(&paths),
            Request::Read { file } => self.bytes(&file)?,
            Request::Hash { file } => return self.copied(&file, None),
            Request::Copy { file, into } => return self.copied(&file, into.as_ref()),
            Request::Put { file, readers } => self.made(&file, readers, content)?,
            Request::Rename { from, to, replacing } => {
                rename(self.inside(&from)?, self.inside(&to)?, replacing)?;
            }
            Request::Remove { file } => match fs::remove_file(self.inside(&file)?) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            },
            Request::MakeFolder { folder } => put::make_folders(self.inside(&folder)?, self.access)?,
            Request::TryWriting { folder } => drop(Fresh::within(self.inside(&folder)?)?),
            Request::Listen { folder } => listen::hear(self.inside(&folder)?, self.tell)?,
        }
        Ok(Answer::Done)
    }

    /// The path, if it lies in the folder this helper is for.
    fn inside<'name>(&self, name: &'name Name) -> io::Result<&'name Path> {
        let climbs = name.0.components().any(|part| part == Component::ParentDir);
        let outside = self.root.as_ref().is_some_and(|root| climbs || !name.0.starts_with(root));
        if outside {
            return Err(io::Error::other("lies outside the shared folder"));
        }
        Ok(&name.0)
    }

    fn listed(&mut self, folder: &Name, look: Look) -> io::Result<()> {
        let folder = self.inside(folder)?.to_owned();
        let mut some: Vec<Found> = Vec::new();
        let mut since = Stopwatch::start();
        look(&folder, &mut |found| {
            some.push(found);
            if some.len() >= ENTRIES || since.elapsed() >= TELL_EVERY {
                self.hand_over(&mut some)?;
                since = Stopwatch::start();
            }
            Ok(())
        })?;
        self.hand_over(&mut some)
    }

    fn hand_over(&mut self, some: &mut Vec<Found>) -> io::Result<()> {
        let entries = serde_json::to_vec(some).map_err(io::Error::other)?;
        some.clear();
        self.say(LISTED, &entries)
    }

    fn facts(&mut self, paths: &[Name]) -> Result<Answer, Fault> {
        let mut facts = Vec::with_capacity(paths.len());
        for name in paths {
            facts.push(match self.inside(name).and_then(fs::metadata) {
                Ok(found) => Ok(Some(FileFacts::of(&found))),
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
                Err(_) if self.is_gone() => Err(Fault::folder_gone()),
                Err(_) => Ok(None),
            });
            self.go_on()?;
        }
        Ok(Answer::FileFacts(facts))
    }

    fn bytes(&mut self, file: &Name) -> io::Result<()> {
        let mut file = File::open(self.inside(file)?)?;
        each_chunk(&mut file, &mut |chunk| self.say(BYTES, chunk))
    }

    /// Reads a file in full, into a local one if there is one.
    fn copied(&mut self, file: &Name, into: Option<&Name>) -> Result<Answer, Fault> {
        let mut file = open::to_read(self.inside(file)?)?;
        let before = FileFacts::of(&file.metadata()?);
        let mut digest = sha2::Sha256::new();
        let mut copy = into.map(|into| open_local(&into.0)).transpose()?;
        if before.is_file() {
            each_chunk(&mut file, &mut |chunk| {
                digest.update(chunk);
                if let Some(copy) = &mut copy {
                    copy.write_all(chunk).map_err(|error| Fault::of_ours(&error))?;
                }
                Ok::<_, Fault>(self.go_on()?)
            })?;
        }
        let after = FileFacts::of(&file.metadata()?);
        Ok(Answer::Hashed(Hashed { before, after, sha: Sha256::from_digest(digest.finalize().into()) }))
    }

    /// Writes a file out of its pieces, which are all taken whatever happens.
    fn made(
        &mut self,
        file: &Name,
        readers: Readers,
        content: &mut dyn FnMut() -> io::Result<Vec<u8>>,
    ) -> io::Result<()> {
        let path = self.inside(file).map(Path::to_owned);
        let mut fresh = path.and_then(|path| Ok((self.begun(&path)?, path)));
        let mut unsynced = 0;
        loop {
            let piece = content()?;
            if piece.is_empty() {
                break;
            }
            unsynced += piece.len();
            fresh = fresh.and_then(|(mut fresh, path)| {
                fresh.write_all(&piece)?;
                // In steps, so that a slow server is not one long silence at the end.
                if unsynced >= SYNC_EVERY {
                    fresh.file().sync_data()?;
                    unsynced = 0;
                }
                Ok((fresh, path))
            });
            self.go_on()?;
        }
        let (fresh, path) = fresh?;
        fresh.finish_for(&path, readers, self.access)
    }

    /// A file that will have its place at `path`. The shared folder itself is never made: it may be mounted there later.
    fn begun(&mut self, path: &Path) -> io::Result<Fresh> {
        let folder = path.parent().unwrap_or(path);
        if let Some(root) = &self.root
            && !fs::metadata(root)?.is_dir()
        {
            return Err(ErrorKind::NotADirectory.into());
        }
        put::make_folders(folder, self.access)?;
        if self.root.is_some() && self.swept.insert(folder.to_owned()) {
            // What cannot be looked through or removed now is no reason not to write.
            let _ = sweep(folder);
        }
        Fresh::within(folder)
    }
}

/// Removes files that were begun long ago and never finished.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let unfinished = entry.file_name().to_string_lossy().starts_with(put::WRITING);
        if unfinished && entry.metadata()?.modified()?.elapsed().is_ok_and(|age| age > ABANDONED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The local file to copy into, which the program has made.
fn open_local(path: &Path) -> Result<File, Fault> {
    OpenOptions::new().write(true).truncate(true).open(path).map_err(|error| Fault::of_ours(&error))
}

fn each_chunk<E: From<io::Error>>(
    file: &mut File,
    tell: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => tell(&chunk[..length])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn rename(from: &Path, to: &Path, replacing: bool) -> io::Result<()> {
    if replacing {
        fs::rename(from, to)?;
    } else {
        rename_to_free(from, to)?;
    }
    put::sync_folder_of(to)
}

/// Renames where nothing has the name; where the server cannot do that in one step, after a look.
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {}
            renamed => return renamed,
        }
    }
    if to.try_exists()? {
        return Err(ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}
