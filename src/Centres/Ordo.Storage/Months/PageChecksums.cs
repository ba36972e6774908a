using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Ordo.Storage.Months;

/// <summary>
/// A checksum at the end of every page of a month file. SQLite has none: a bit that flips in a page of the index hides chunks from their series without a word.
/// A page is given its checksum when it is written to the file, and read from there only when it fits; those still in the WAL have SQLite's own.
/// </summary>
/// <remarks>
/// SQLite's layer over the operating system (VFS) as it is, but for reading and writing of the main file. A file says by its reserved bytes, and by a version from 2 on, that its pages have
/// checksums; either is enough for reading, as a bit may flip there too. Files of version 1 have none and are used as they are.
/// <para>Structures: sqlite3.h, sqlite3_vfs and sqlite3_io_methods; the header of the file: https://sqlite.org/fileformat2.html, 1.3.</para>
/// </remarks>
internal static unsafe partial class PageChecksums
{
    public const string VfsName = "ordo-pages";

    /// <summary>Extended code of SQLite for data that is not what was written: SQLITE_IOERR_DATA.</summary>
    public const int WrongChecksum = raw.SQLITE_IOERR | (32 << 8);

    /// <summary>Bytes at the end of a page that SQLite leaves alone.</summary>
    private const int Reserved = 8;

    public const int PageLength = 16_384;

    /// <summary>What stands in the place of the checksum in memory and in the WAL, and so in a page that another program has brought from there to the file: it is read as it is.</summary>
    private const ulong None = 0;

    private const int HeaderLength = 100, ReservedAt = 20, VersionAt = 60, FilePointer = 7, ReserveBytes = 38; // SQLITE_FCNTL_…
    private static readonly ConcurrentDictionary<nint, nint> MethodsOver = [];
    private static readonly Vfs* System = Register();

    private enum State
    {
        Unknown = 0,
        Unchecked = 1,
        Checked = 2,

        /// <summary>By its version its pages have checksums, and by its reserved bytes no room for them: one of the two is damaged, so nothing is written there.</summary>
        Doubtful = 3,
    }

    /// <summary>To be called before a file is opened by the name of the VFS.</summary>
    public static void Prepare() => RuntimeHelpers.RunClassConstructor(typeof(PageChecksums).TypeHandle);

    /// <summary>Pages of a file that is being made have room for the checksum. Before anything is written to it.</summary>
    public static int Reserve(sqlite3 database)
    {
        int reserved = Reserved;
        return Native.FileControl(database.DangerousGetHandle(), null, ReserveBytes, &reserved);
    }

    /// <summary>Whether the pages of a file have checksums. After something was written to it.</summary>
    public static bool AreIn(sqlite3 database)
    {
        OpenFile* file = null;
        return Native.FileControl(database.DangerousGetHandle(), null, FilePointer, &file) == raw.SQLITE_OK && file is not null && StateOf(file) is State.Checked;
    }

    /// <summary>XXH3 of a page (64 bits, of which 0 is taken), its place in the file being the seed: a page written to a wrong place is as wrong as any.</summary>
    /// <param name="page">Whole.</param>
    /// <param name="offset">Of its first byte.</param>
    internal static ulong Of(ReadOnlySpan<byte> page, long offset) => Math.Max(None + 1, XxHash3.HashToUInt64(page[..^Reserved], offset));

    private static Vfs* Register()
    {
        Batteries_V2.Init();
        Vfs* system = Native.FindVfs(null);
        if (system is null) throw new InvalidOperationException("SQLite has no VFS.");
        var own = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *own = *system;
        own->Next = 0;
        own->Name = Marshal.StringToCoTaskMemUTF8(VfsName);
        own->FileLength = system->FileLength + sizeof(long); // what we know of the file stands behind what the system's layer knows
        own->Open = &Open;
        if (Native.RegisterVfs(own, makeDefault: 0) is not raw.SQLITE_OK and int code) throw new InvalidOperationException($"SQLite does not take a VFS ({code}).");
        return system;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* outFlags)
    {
        *PlaceOf(file) = State.Unknown;
        int code = System->Open(vfs, name, file, flags, outFlags);
        if (code == raw.SQLITE_OK && (flags & raw.SQLITE_OPEN_MAIN_DB) != 0) file->Methods = (Methods*)MethodsOver.GetOrAdd((nint)file->Methods, Over);
        return code;
    }

    private static nint Over(nint system)
    {
        var own = (OwnMethods*)NativeMemory.AllocZeroed((nuint)sizeof(OwnMethods));
        own->Methods = *(Methods*)system;
        own->Methods.Version = Math.Min(own->Methods.Version, 2); // from 3 on pages are mapped and never read
        own->Methods.Read = &Read;
        own->Methods.Write = &Write;
        own->System = (Methods*)system;
        return (nint)own;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, byte* into, int count, long offset)
    {
        int code = SystemOf(file)->Read(file, into, count, offset);
        if (code != raw.SQLITE_OK) return code;
        if (offset == 0 && count >= HeaderLength) Note(file, into);
        if (!IsPage(count, offset) || StateOf(file) is State.Unchecked) return code;
        var place = new Span<byte>(into + PageLength - Reserved, Reserved);
        ulong stored = BinaryPrimitives.ReadUInt64LittleEndian(place);
        if (stored != None && stored != Of(new(into, PageLength), offset)) return WrongChecksum;
        BinaryPrimitives.WriteUInt64LittleEndian(place, None);
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, byte* from, int count, long offset)
    {
        if (IsPage(count, offset))
        {
            if (offset == 0) Note(file, from);
            // SQLite's own buffer, in the bytes that it leaves alone.
            if (StateOf(file) is State.Checked) BinaryPrimitives.WriteUInt64LittleEndian(new(from + PageLength - Reserved, Reserved), Of(new(from, PageLength), offset));
        }

        return SystemOf(file)->Write(file, from, count, offset);
    }

    private static bool IsPage(int count, long offset) => count == PageLength && (offset & (PageLength - 1)) == 0;

    private static State StateOf(OpenFile* file)
    {
        State* known = PlaceOf(file);
        if (*known == State.Unknown)
        {
            byte* header = stackalloc byte[HeaderLength];
            if (SystemOf(file)->Read(file, header, HeaderLength, 0) == raw.SQLITE_OK) Note(file, header);
            else return State.Unchecked; // nothing is in it yet
        }

        return *known;
    }

    private static void Note(OpenFile* file, byte* header)
    {
        bool hasRoom = header[ReservedAt] == Reserved, isNew = BinaryPrimitives.ReadUInt32BigEndian(new(header + VersionAt, sizeof(uint))) >= 2;
        *PlaceOf(file) = hasRoom ? State.Checked : isNew ? State.Doubtful : State.Unchecked;
    }

    private static State* PlaceOf(OpenFile* file) => (State*)((byte*)file + System->FileLength);

    private static Methods* SystemOf(OpenFile* file) => ((OwnMethods*)file->Methods)->System;

    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileLength;
        public int LongestPath;
        public nint Next;
        public nint Name;
        public nint Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public fixed long Others[15]; // xDelete … xNextSystemCall
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public Methods* Methods;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public int Version;
        public nint Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Write;
        public fixed long Others[15]; // xTruncate … xUnfetch
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OwnMethods
    {
        public Methods Methods;
        public Methods* System;
    }

    private static partial class Native
    {
        private const string Library = "e_sqlite3";

        [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial Vfs* FindVfs(byte* name);

        [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int RegisterVfs(Vfs* vfs, int makeDefault);

        /// <param name="database">A connection.</param>
        /// <param name="name">Null: the main file.</param>
        /// <param name="operation">SQLITE_FCNTL_…</param>
        /// <param name="argument">By operation.</param>
        [LibraryImport(Library, EntryPoint = "sqlite3_file_control"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int FileControl(nint database, byte* name, int operation, void* argument);
    }
}
