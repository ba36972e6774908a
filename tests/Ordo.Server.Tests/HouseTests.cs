using System.Xml.Linq;

namespace Ordo.Server.Tests;

/// <summary>The floor plan: dependencies point one way, Host → Systems, Node → Centres → Platform → Foundation.</summary>
public sealed class HouseTests
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Foundation"] = 0,
        ["Platform"] = 1,
        ["Centres"] = 2,
        ["Systems"] = 3,
        ["Node"] = 3,
        ["Host"] = 4,
    };

    internal static readonly string Root = FindRoot();

    public static TheoryData<string> Projects => new(Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_depends_only_on_floors_below_its_own(string project)
    {
        string file = Path.Combine(Root, project);
        int floor = FloorOf(file);
        foreach (XElement reference in XDocument.Load(file).Descendants("ProjectReference"))
        {
            string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, reference.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.True(FloorOf(target) < floor, $"{project} may not reference {Path.GetFileName(target)}: dependencies point to lower floors only.");
        }
    }

    [Fact]
    public void Every_room_of_the_plan_that_exists_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(Root, "Ordo.slnx"));
        foreach (string folder in new[] { "src", "tests", "bench" }.Where(f => Directory.Exists(Path.Combine(Root, f))))
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
                Assert.Contains(Path.GetRelativePath(Root, file).Replace('\\', '/'), solution, StringComparison.Ordinal);
    }

    private static int FloorOf(string project)
    {
        string room = Path.GetRelativePath(Path.Combine(Root, "src"), project).Split('/', '\\')[0];
        return Floors.TryGetValue(room, out int floor) ? floor : throw new InvalidOperationException($"{project} lies in src/{room}, which is no room of the house.");
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Ordo.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Ordo.slnx was not found above the tests.");
    }
}
