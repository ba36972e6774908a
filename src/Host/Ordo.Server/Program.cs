namespace Ordo.Server;

/// <summary>The composition root.</summary>
public static class Program
{
    public static void Main()
    {
    }
}
