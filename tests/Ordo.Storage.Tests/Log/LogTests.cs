using Ordo.Storage.Log;
using Ordo.Storage.Tests.Files;

namespace Ordo.Storage.Tests.Log;

public class LogTests
{
    private const int SegmentLength = 4096;
    private readonly FaultyFiles files = new(new Random(1));

    [Fact]
    public void Records_come_back_in_order_through_all_segments()
    {
        using (LogWriter log = Open())
            for (int i = 1; i <= 200; i++) Write(log, Payload(i));
        var (records, position, scan) = Read();
        Assert.Equal(Enumerable.Range(1, 200), records.Select(record => record[0] | (record[1] << 8)));
        Assert.Equal(200, position.Sequence);
        Assert.True(scan.Segments > 3);
        Assert.Equal((0, 0), (scan.TornBytes, scan.DamagedBytes));
    }

    [Fact]
    public void A_tail_torn_at_any_byte_costs_only_the_torn_record()
    {
        using (LogWriter log = Open())
            for (int i = 1; i <= 5; i++) Write(log, Payload(i));
        string name = LogFormat.NameOf(1);
        byte[] whole = files.Contents(name);
        int start = LogFormat.HeadLength + (4 * LogFormat.RecordLength(Payload(1).Length)), end = start + LogFormat.RecordHeadLength + Payload(5).Length;
        for (int cut = start; cut <= end; cut++)
        {
            byte[] torn = [.. whole];
            torn.AsSpan(cut).Clear();
            files.Replace(name, torn);
            var (records, position, scan) = Read();
            // The last byte of the payload is written only when the cut is behind it, unless what is cut off was zero anyway.
            Assert.Equal(torn.AsSpan().SequenceEqual(whole) ? 5 : 4, records.Count);
            Assert.Equal(records.Count, position.Sequence);
            Assert.Equal(0, scan.DamagedBytes);
            files.Replace(name, torn[..cut]);
            Assert.Equal(cut < end ? 4 : 5, Read().Records.Count);
        }
    }

    [Fact]
    public void Whatever_bit_flips_the_other_records_stay_readable()
    {
        using (LogWriter log = Open())
            for (int i = 1; i <= 5; i++) Write(log, Payload(i));
        string name = LogFormat.NameOf(1);
        byte[] whole = files.Contents(name);
        int length = LogFormat.RecordLength(Payload(1).Length);
        for (int bit = LogFormat.HeadLength * 8; bit < (LogFormat.HeadLength + (5 * length)) * 8; bit++)
        {
            files.FlipBit(name, bit);
            int damaged = ((bit / 8) - LogFormat.HeadLength) / length;
            var (records, _, scan) = Read();
            bool isPadding = ((bit / 8) - LogFormat.HeadLength) % length >= LogFormat.RecordHeadLength + Payload(1).Length;
            Assert.Equal(isPadding ? 5 : 4, records.Count);
            if (!isPadding) Assert.DoesNotContain(damaged + 1, records.Select(record => record[0] | (record[1] << 8)));
            if (!isPadding && damaged < 4) Assert.Equal(length, scan.DamagedBytes);
            files.Replace(name, [.. whole]);
        }
    }

    [Fact]
    public void After_a_failed_sync_nothing_of_the_group_counts_and_the_next_goes_on_elsewhere()
    {
        using LogWriter log = Open();
        Write(log, Payload(1));
        log.Append(RecordType.Samples, Payload(2));
        files.SyncFails = 1;
        Assert.Throws<IOException>(log.Commit);
        files.SyncFails = 0;
        Write(log, Payload(3));
        var (records, position, _) = Read();
        Assert.Equal([1, 3], records.Select(record => (int)record[0]));
        Assert.Equal(2, position.Segment);
        Assert.Equal(2, position.Sequence);
    }

    [Fact]
    public void A_full_disk_refuses_groups_until_there_is_space()
    {
        using LogWriter log = Open();
        Write(log, Payload(1));
        files.Space = 100;
        int written = 1;
        Assert.Throws<IOException>(() =>
        {
            while (written < 1000) Write(log, Payload(++written));
        });
        Assert.Throws<IOException>(() => Write(log, Payload(99)));
        files.Space = long.MaxValue;
        Write(log, Payload(100));
        Assert.Equal([.. Enumerable.Range(1, written - 1), 100], Read().Records.Select(record => (int)record[0]));
    }

    [Fact]
    public void Released_segments_are_used_again_and_their_old_records_never_come_back()
    {
        using (LogWriter log = Open())
        {
            for (int i = 1; i <= 200; i++) Write(log, Payload(i));
            log.Release(log.NextSequence - 1, 0);
            Assert.Contains(files.List(), name => name.EndsWith(LogFormat.SpareExtension, StringComparison.Ordinal));
            for (int i = 201; i <= 203; i++) Write(log, Payload(i));
        }

        var (records, position, scan) = Read(new(0, 0, 200, []));
        Assert.Equal([201, 202, 203], records.Select(record => record[0] | (record[1] << 8)));
        Assert.Equal(203, position.Sequence);
        Assert.Equal(0, scan.DamagedBytes);
    }

    [Fact]
    public void A_group_larger_than_a_segment_gets_a_larger_one()
    {
        using (LogWriter log = Open())
        {
            Write(log, Payload(1));
            Write(log, new byte[3 * SegmentLength]);
            Write(log, Payload(3));
        }

        Assert.Equal([Payload(1).Length, 3 * SegmentLength, Payload(3).Length], Read().Records.Select(record => record.Length));
    }

    /// <summary>Numbers on disk: a change of these bytes is a change of format.</summary>
    [Fact]
    public void The_bytes_are_frozen()
    {
        using (LogWriter log = Open())
        {
            log.Append(RecordType.Definitions, [1, 2, 3]);
            log.Append(RecordType.Samples, "twelve bytes"u8);
            log.Commit();
        }

        byte[] written = files.Contents(LogFormat.NameOf(1))[..(64 + 24 + 32)];
        Assert.Equal(
            "4F52444F4C4F4701" + "0100000000000000" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "4C40B521" + "0000000000000000000000000000000000000000"
            + "03000000" + "EBC19AC8" + "0100000000000001" + "0102030000000000"
            + "0C000000" + "DFFAE63D" + "0200000000000002" + "7477656C7665206279746573" + "00000000",
            Convert.ToHexString(written));
    }

    private LogWriter Open() => new(files, SegmentLength, new(0, 0, 0, []), 0);

    private static void Write(LogWriter log, ReadOnlySpan<byte> payload)
    {
        log.Append(RecordType.Samples, payload);
        log.Commit();
    }

    private (List<byte[]> Records, LogPosition Position, LogScan Scan) Read(LogPosition? start = null)
    {
        var records = new List<byte[]>();
        var (position, scan) = LogReader.Read(files, start ?? new(0, 0, 0, []), (_, _, payload) => records.Add(payload.ToArray()));
        return (records, position, scan);
    }

    private static byte[] Payload(int number) => [(byte)number, (byte)(number >> 8), .. Enumerable.Range(0, 97).Select(i => (byte)(i * 7 | 1))];
}
