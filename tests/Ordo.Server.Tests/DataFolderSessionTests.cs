using Ordo.Server.DataFolders;

namespace Ordo.Server.Tests;

public sealed class DataFolderSessionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ordo-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_in_use_is_refused_with_one_sentence_that_says_what_to_do()
    {
        using DataFolderSession first = DataFolderSession.Open(folder);

        var refused = Assert.Throws<DataFolderInUseException>(() => DataFolderSession.Open(folder));

        Assert.Contains($"in use by another Ordo server (process {Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_can_be_opened_again_once_it_is_left()
    {
        DataFolderSession.Open(folder).Dispose();
        using DataFolderSession again = DataFolderSession.Open(folder);
        Assert.Null(again.Found);
    }

    [Fact]
    public void A_folder_remembers_which_version_wrote_it()
    {
        using (DataFolderSession first = DataFolderSession.Open(folder)) first.MarkCurrent();
        using DataFolderSession again = DataFolderSession.Open(folder);
        Assert.Equal(new DataFolderVersion(DataFolderSession.CurrentFormat, ServerVersion.Current), again.Found);
    }

    [Fact]
    public void A_folder_of_a_newer_version_is_refused_and_left_as_it_was()
    {
        string file = Path.Combine(folder, "ordo.json");
        File.WriteAllText(file, """{"format":999,"writtenBy":"9.9.9"}""");

        var refused = Assert.Throws<DataFolderRefusedException>(() => DataFolderSession.Open(folder));

        Assert.Contains("9.9.9", refused.Message, StringComparison.Ordinal);
        Assert.Equal("""{"format":999,"writtenBy":"9.9.9"}""", File.ReadAllText(file));
        File.Delete(file);
        DataFolderSession.Open(folder).Dispose(); // the refusal did not keep the lock
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_version_file_that_cannot_be_read_is_refused(string content)
    {
        File.WriteAllText(Path.Combine(folder, "ordo.json"), content);
        Assert.Contains("ordo restore", Assert.Throws<DataFolderRefusedException>(() => DataFolderSession.Open(folder)).Message, StringComparison.Ordinal);
    }
}
